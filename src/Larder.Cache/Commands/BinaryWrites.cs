using Larder.Cache.Store;
using Larder.Protocol.Binary;

namespace Larder.Cache.Commands;

/// <summary>
/// set, add, replace, append, prepend and their quiet twins, which say nothing of success: the store's request for a
/// frame, and the answer for its result.
/// </summary>
internal static class BinaryWrites
{
    /// <summary>True for what this class executes.</summary>
    public static bool IsStorage(BinaryOpcode command)
        => command is BinaryOpcode.Set or BinaryOpcode.Add or BinaryOpcode.Replace
            or BinaryOpcode.Append or BinaryOpcode.Prepend;

    /// <summary>How the frame wants its value stored.</summary>
    public static StoreRequest RequestOf(CacheThread thread, scoped in BinaryRequest request)
    {
        thread.Counters.SetCommands++;
        bool comparesCas = request.Cas != 0;
        bool joins = Joins(request.Command);
        return new StoreRequest
        {
            Mode = ModeOf(request.Command, comparesCas),
            ClientFlags = joins ? 0 : request.ClientFlags,
            Expiry = joins ? 0 : thread.Clock.ExpiryOf(request.LastWord),
            HasCompareCas = comparesCas,
            CompareCas = request.Cas,
            DeleteOnFailure = request.Command == BinaryOpcode.Set,
            DiscardsCas = request.IsQuiet,
        };
    }

    /// <summary>Counts and answers a result.</summary>
    public static void Answer(CacheThread thread, in BinaryEcho echo, in StoreResult result)
    {
        // memcached does not count the CAS of append and prepend.
        if (!Joins(echo.Command) || result.Status != StoreStatus.Exists)
        {
            ClassicWrites.Count(thread.Counters, echo.ComparesCas && !Joins(echo.Command), result.Status);
        }
        if (result.Status == StoreStatus.Stored)
        {
            BinaryReplies.Done(thread.Output, in echo, result.Cas);
        }
        else
        {
            BinaryReplies.Error(thread.Output, in echo, StatusOf(result.Status, echo.Command));
        }
    }

    private static bool Joins(BinaryOpcode command) => command is BinaryOpcode.Append or BinaryOpcode.Prepend;

    private static BinaryStatus StatusOf(StoreStatus status, BinaryOpcode command) => status switch
    {
        StoreStatus.NotStored => command switch
        {
            BinaryOpcode.Add => BinaryStatus.Exists,
            BinaryOpcode.Replace => BinaryStatus.NotFound,
            _ => BinaryStatus.NotStored,
        },
        StoreStatus.Exists => BinaryStatus.Exists,
        StoreStatus.NotFound => BinaryStatus.NotFound,
        StoreStatus.TooLarge => BinaryStatus.TooLarge,
        _ => BinaryStatus.OutOfMemory,
    };

    private static StoreMode ModeOf(BinaryOpcode command, bool comparesCas) => command switch
    {
        BinaryOpcode.Append => StoreMode.Append,
        BinaryOpcode.Prepend => StoreMode.Prepend,
        _ when comparesCas => StoreMode.Cas, // memcached: an add with a CAS is a cas as well
        BinaryOpcode.Add => StoreMode.Add,
        BinaryOpcode.Replace => StoreMode.Replace,
        _ => StoreMode.Set,
    };
}
