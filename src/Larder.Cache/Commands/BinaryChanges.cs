using Larder.Cache.Commands.Watching;
using Larder.Cache.Store;
using Larder.Protocol.Binary;

namespace Larder.Cache.Commands;

/// <summary>delete, increment, decrement and their quiet twins, which say nothing of success.</summary>
internal static class BinaryChanges
{
    /// <summary>Executes delete, with a CAS only if the item has it.</summary>
    public static void Delete(CacheThread thread, scoped in BinaryRequest request)
    {
        ulong hash = thread.Store.Hash(request.Key);
        if (thread.Watched != WatchKinds.None)
        {
            thread.Notes.Looks(thread, request.Key, hash);
        }
        DeleteStatus status = request.Cas == 0
            ? thread.Store.Delete(request.Key, hash)
            : thread.Store.Delete(request.Key, hash, request.Cas);
        ClassicChanges.CountDelete(thread.Counters, status);
        if (thread.Watched != WatchKinds.None)
        {
            thread.Notes.Deleted(thread, request.Key, isMeta: false, status);
        }
        var echo = new BinaryEcho(in request);
        switch (status)
        {
            case DeleteStatus.Deleted:
                BinaryReplies.Done(thread.Output, in echo);
                break;
            case DeleteStatus.Exists:
                BinaryReplies.Error(thread.Output, in echo, BinaryStatus.Exists);
                break;
            default:
                BinaryReplies.Error(thread.Output, in echo, BinaryStatus.NotFound);
                break;
        }
    }

    /// <summary>Executes increment or decrement; a missing item is created unless the exptime forbids it.</summary>
    public static void Arithmetic(CacheThread thread, scoped in BinaryRequest request)
    {
        var arithmetic = new ArithmeticRequest
        {
            IsDecrement = request.Command == BinaryOpcode.Decrement,
            Delta = request.Delta,
            HasCompareCas = request.Cas != 0,
            CompareCas = request.Cas,
            Vivify = request.LastWord != BinaryFrame.DoNotCreate,
            Initial = request.Initial,
            VivifyExpiry = thread.Clock.ExpiryOf(request.LastWord),
        };
        ulong hash = thread.Store.Hash(request.Key);
        if (thread.Watched != WatchKinds.None)
        {
            thread.Notes.Looks(thread, request.Key, hash);
        }
        ArithmeticResult result = thread.Store.Arithmetic(request.Key, hash, in arithmetic);
        if (result.Status != ArithmeticStatus.Created) // memcached counts a miss only if nothing was created
        {
            ClassicChanges.CountArithmetic(thread.Counters, arithmetic.IsDecrement, result.Status);
        }
        Answer(thread, new BinaryEcho(in request), in result);
    }

    private static void Answer(CacheThread thread, in BinaryEcho echo, in ArithmeticResult result)
    {
        if (result.Status is not (ArithmeticStatus.Done or ArithmeticStatus.Created))
        {
            BinaryReplies.Error(thread.Output, in echo, result.Status switch
            {
                ArithmeticStatus.NotFound => BinaryStatus.NotFound,
                ArithmeticStatus.Exists => BinaryStatus.Exists,
                ArithmeticStatus.NonNumeric => BinaryStatus.NonNumeric,
                _ => BinaryStatus.OutOfMemory,
            });
        }
        else if (!echo.IsQuiet)
        {
            Span<byte> span = thread.Output.GetSpan(BinaryResponseWriter.NumberLength);
            thread.Output.Advance(
                BinaryResponseWriter.WriteNumber(span, echo.Opcode, echo.Opaque, result.Cas, result.Value));
        }
    }
}
