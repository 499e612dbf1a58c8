using Larder.Cache.Commands.Inspecting;
using Larder.Events.Wire;
using Larder.Protocol.Binary;

namespace Larder.Cache.Commands;

/// <summary>Executes the binary requests that look after a cache: version, flush, verbosity, stat, noop.</summary>
internal static class BinaryAdministration
{
    /// <summary>Executes a request and appends its answer.</summary>
    /// <param name="thread">The thread's; its output is the asking connection's.</param>
    /// <param name="request">A request without an error that is no data command.</param>
    /// <returns>NeedMore: answered, go on. Close: send what is queued, then close.</returns>
    public static InputState Execute(CacheThread thread, scoped in BinaryRequest request)
    {
        var echo = new BinaryEcho(in request);
        switch (request.Command)
        {
            case BinaryOpcode.Noop:
                BinaryReplies.Done(thread.Output, in echo);
                return InputState.NeedMore;
            case BinaryOpcode.Quit:
                BinaryReplies.Done(thread.Output, in echo);
                return InputState.Close;
            case BinaryOpcode.Version:
                BinaryReplies.Value(thread.Output, in echo, BinaryStatus.Success, MemcachedVersion.Bytes);
                return InputState.NeedMore;
            case BinaryOpcode.Flush:
                Flush(thread, in echo, request.LastWord);
                return InputState.NeedMore;
            case BinaryOpcode.Verbosity:
                Administration.SetVerbosity(thread, request.LastWord);
                BinaryReplies.Done(thread.Output, in echo);
                return InputState.NeedMore;
            case BinaryOpcode.Stat:
                StatsCommand.Execute(thread, in echo, request.Key);
                return InputState.NeedMore;
            default:
                BinaryReplies.Error(thread.Output, in echo, BinaryStatus.UnknownCommand);
                return InputState.NeedMore;
        }
    }

    private static void Flush(CacheThread thread, in BinaryEcho echo, uint exptime)
    {
        if (Administration.TryFlush(thread, exptime))
        {
            BinaryReplies.Done(thread.Output, in echo);
        }
        else
        {
            BinaryReplies.Error(thread.Output, in echo, BinaryStatus.AuthError);
        }
    }
}
