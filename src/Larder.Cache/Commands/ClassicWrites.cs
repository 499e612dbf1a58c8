using Larder.Cache.Store;
using Larder.Protocol.Text;

namespace Larder.Cache.Commands;

/// <summary>
/// set, add, replace, append, prepend, cas: the store's request for a line, and the answer for its result.
/// </summary>
internal static class ClassicWrites
{
    /// <summary>How the line wants its value stored.</summary>
    public static StoreRequest RequestOf(CacheThread thread, scoped in TextRequest line)
    {
        thread.Counters.SetCommands++;
        return new StoreRequest
        {
            Mode = ModeOf(line.Command),
            ClientFlags = line.ClientFlags,
            Expiry = thread.Clock.ExpiryOf(line.Exptime),
            HasCompareCas = line.Command == TextCommand.Cas,
            CompareCas = line.Cas,
            DeleteOnFailure = line.Command == TextCommand.Set,
            DiscardsCas = true,
        };
    }

    /// <summary>Counts and answers a result.</summary>
    public static void Answer(CacheThread thread, TextCommand command, in StoreResult result, bool noReply)
    {
        Count(thread.Counters, command == TextCommand.Cas, result.Status);
        thread.Reply(ReplyOf(result.Status), noReply);
    }

    /// <summary>Counts a result; <paramref name="isCas"/> when a token was compared.</summary>
    public static void Count(CommandCounters counters, bool isCas, StoreStatus status)
    {
        switch (status)
        {
            case StoreStatus.TooLarge:
                counters.StoreTooLarge++;
                break;
            case StoreStatus.NoMemory:
                counters.StoreNoMemory++;
                break;
            case StoreStatus.Stored when isCas:
                counters.CasHits++;
                break;
            case StoreStatus.Exists:
                counters.CasBadValue++;
                break;
            case StoreStatus.NotFound:
                counters.CasMisses++;
                break;
            default:
                break;
        }
    }

    /// <summary>The answer to a storage command.</summary>
    public static ReadOnlySpan<byte> ReplyOf(StoreStatus status) => status switch
    {
        StoreStatus.Stored => TextReplies.Stored,
        StoreStatus.NotStored => TextReplies.NotStored,
        StoreStatus.Exists => TextReplies.Exists,
        StoreStatus.NotFound => TextReplies.NotFound,
        StoreStatus.TooLarge => TextReplies.TooLarge,
        _ => TextReplies.OutOfMemory,
    };

    private static StoreMode ModeOf(TextCommand command) => command switch
    {
        TextCommand.Add => StoreMode.Add,
        TextCommand.Replace => StoreMode.Replace,
        TextCommand.Append => StoreMode.Append,
        TextCommand.Prepend => StoreMode.Prepend,
        TextCommand.Cas => StoreMode.Cas,
        _ => StoreMode.Set,
    };
}
