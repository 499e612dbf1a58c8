using System.Text;
using Larder.Cache.Commands.Inspecting;
using Larder.Cache.Commands.Watching;
using Larder.Cache.Serving;
using Larder.Events.Tls;
using Larder.Events.Wire;
using Larder.Protocol.Scan;
using Larder.Protocol.Text;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Larder.Cache.Commands;

/// <summary>
/// Executes the commands that look after a cache: versions, statistics, flushing, limits, tuning, stopping. They are
/// rare, so they may allocate; they never block and never keep the thread longer than it takes to write the answer.
/// </summary>
/// <remarks>
/// What tunes an allocator that does not exist here is validated as memcached validates it and changes only what
/// <c>stats settings</c> says (docs/protocol/administration.md).
/// </remarks>
internal static class Administration
{
    /// <summary>memcached knows three levels of detail for <c>verbosity</c>: 0, 1 and 2.</summary>
    private const uint VerbosityMax = 2;

    /// <summary>A limit below this many mebibytes is refused (memcached, cache_memlimit).</summary>
    private const uint MemlimitMin = 8;

    /// <summary>Above this many "megabytes" somebody gave bytes (memcached, cache_memlimit).</summary>
    private const uint MemlimitMax = 1_000_000_000;

    /// <summary>Executes a request and appends its answer to <see cref="CacheThread.Output"/>.</summary>
    /// <param name="thread">The thread's; its output is the asking connection's.</param>
    /// <param name="request">A classic request without an error that is no data command.</param>
    /// <returns>NeedMore: answered, go on. Close: send what is queued, then close.</returns>
    public static InputState Execute(CacheThread thread, in TextRequest request)
    {
        switch (request.Command)
        {
            case TextCommand.Quit:
                return InputState.Close;
            case TextCommand.Shutdown:
                return Shutdown(thread, in request);
            case TextCommand.Stats:
                StatsCommand.Execute(thread, request.Arguments);
                return InputState.NeedMore;
            default:
                thread.Reply(Answer(thread, in request), request.NoReply);
                return InputState.NeedMore;
        }
    }

    private static ReadOnlySpan<byte> Answer(CacheThread thread, in TextRequest request)
    {
        TextTokens arguments = request.Arguments;
        int count = arguments.CountRest() - (request.NoReply ? 1 : 0);
        return request.Command switch
        {
            TextCommand.FlushAll => FlushAll(thread, request.Exptime),
            TextCommand.LarderDeletePrefix => DeletePrefix(thread, arguments, count),
            TextCommand.Version => MemcachedVersion.Reply,
            TextCommand.Verbosity => Verbosity(thread, request.Level),
            TextCommand.CacheMemlimit => SetMemoryLimit(thread, arguments, count),
            TextCommand.Slabs => SlabsCommand.Execute(thread.Engine.Tuning, arguments, count),
            TextCommand.Lru => LruCommand.Execute(thread.Engine.Tuning, arguments, count),
            TextCommand.LruCrawler => LruCrawlerCommand.Execute(thread, arguments, count),
            TextCommand.Watch => WatchCommand.Execute(thread, arguments),
            TextCommand.RefreshCerts => RefreshCertificates(thread.Engine.Options),
            TextCommand.DebugTime => MoveTime(thread, arguments, count),
            _ => TextReplies.Error,
        };
    }

    /// <summary>OK, or memcached's line about the file that is not good; the certificates in use then stay.</summary>
    private static ReadOnlySpan<byte> RefreshCertificates(CacheServerOptions options)
    {
        if (options.Tls is not { } tls)
        {
            return AdministrationReplies.TlsNotEnabled;
        }
        ILogger logger = options.Logger ?? NullLogger.Instance;
        if (tls.Reload() is { } mistake)
        {
            CacheLog.CertificatesKept(logger, mistake);
            return Encoding.UTF8.GetBytes($"{mistake}\r\n");
        }
        CacheLog.CertificatesReloaded(logger);
        return TextReplies.Ok;
    }

    /// <summary>Flushes at once, or with an exptime later; false when that is not allowed.</summary>
    public static bool TryFlush(CacheThread thread, long exptime)
    {
        thread.Counters.FlushCommands++;
        if (!thread.Engine.Options.FlushEnabled)
        {
            return false;
        }
        // Tried on memcached 1.6.18: flush_all 3 works after 2 seconds.
        uint at = exptime > 0 ? thread.Clock.ExpiryOf(exptime) - 1 : 0;
        thread.Store.FlushAll(at);
        thread.Engine.Watches.Happened(at > 0 ? $"flush_all in={at - thread.Clock.Now}" : "flush_all in=0");
        thread.Engine.FlushedAt = at > 0 ? at : thread.Clock.Now - 1;
        return true;
    }

    private static ReadOnlySpan<byte> DeletePrefix(CacheThread thread, TextTokens arguments, int count)
    {
        thread.Counters.FlushCommands++;
        if (!thread.Engine.Options.FlushEnabled)
        {
            return AdministrationReplies.DeletePrefixNotAllowed;
        }
        if (count != 1 || !arguments.MoveNext() || !KeyRules.IsValidLength(arguments.Current.Length))
        {
            return AdministrationReplies.BadPrefix;
        }
        return thread.Store.DeletePrefix(arguments.Current)
            ? TextReplies.Ok
            : AdministrationReplies.TooManyPrefixes;
    }

    /// <summary>Sets the level of the log.</summary>
    public static void SetVerbosity(CacheThread thread, uint level)
    {
        thread.Engine.Verbosity = (int)Math.Min(level, VerbosityMax);
        thread.Engine.Options.VerbosityChanged?.Invoke(thread.Engine.Verbosity);
    }

    private static ReadOnlySpan<byte> FlushAll(CacheThread thread, int exptime)
        => TryFlush(thread, exptime) ? TextReplies.Ok : TextReplies.FlushNotAllowed;

    private static ReadOnlySpan<byte> Verbosity(CacheThread thread, uint level)
    {
        SetVerbosity(thread, level);
        return TextReplies.Ok;
    }

    private static ReadOnlySpan<byte> SetMemoryLimit(CacheThread thread, TextTokens arguments, int count)
    {
        if (count < 1 || !arguments.MoveNext() || !NumberReader.TryReadUInt32(arguments.Current, out uint megabytes))
        {
            return TextReplies.Error;
        }
        if (megabytes < MemlimitMin)
        {
            return AdministrationReplies.MemlimitTooSmall;
        }
        if (megabytes > MemlimitMax)
        {
            return AdministrationReplies.MemlimitNotMegabytes;
        }
        if (!thread.Store.SetMemoryLimit((long)megabytes << 20))
        {
            return AdministrationReplies.MemlimitRefused;
        }
        thread.Engine.Watches.Happened($"cache_memlimit megabytes={megabytes}");
        return TextReplies.Ok;
    }

    /// <summary>debugtime n moves the clock n seconds forward, p pauses it, r resumes it.</summary>
    private static ReadOnlySpan<byte> MoveTime(CacheThread thread, TextTokens arguments, int count)
    {
        if (!thread.Engine.Options.DebugTimeEnabled || count != 1)
        {
            return TextReplies.Error;
        }
        arguments.MoveNext();
        if (arguments.Current.SequenceEqual("p"u8))
        {
            thread.Clock.Pause();
        }
        else if (arguments.Current.SequenceEqual("r"u8))
        {
            thread.Clock.Resume();
        }
        else if (NumberReader.TryReadUInt32(arguments.Current, out uint seconds))
        {
            thread.Clock.Move(seconds);
        }
        else
        {
            return TextReplies.Error;
        }
        return TextReplies.Ok;
    }

    private static InputState Shutdown(CacheThread thread, in TextRequest request)
    {
        if (thread.Engine.Options.ShutdownRequested is not { } requested)
        {
            thread.Reply(TextReplies.ShutdownNotEnabled, request.NoReply);
            return InputState.NeedMore;
        }
        TextTokens arguments = request.Arguments;
        int count = arguments.CountRest() - (request.NoReply ? 1 : 0);
        arguments.MoveNext();
        bool isGraceful = count == 1 && arguments.Current.SequenceEqual("graceful"u8);
        if (count > 0 && !isGraceful)
        {
            thread.Reply(TextReplies.InvalidShutdownMode, request.NoReply);
            return InputState.NeedMore;
        }
        requested(isGraceful);
        return InputState.Close;
    }
}
