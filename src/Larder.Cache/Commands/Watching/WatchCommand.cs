using Larder.Protocol.Text;

namespace Larder.Cache.Commands.Watching;

/// <summary><c>watch [kinds]</c>: from now on the connection gets lines and answers nothing.</summary>
internal static class WatchCommand
{
    /// <summary>memcached's kinds; those of its proxy are accepted, and nothing comes of them.</summary>
    private static readonly (byte[] Name, WatchKinds Kind)[] s_kinds =
    [
        ("fetchers"u8.ToArray(), WatchKinds.Fetchers),
        ("mutations"u8.ToArray(), WatchKinds.Mutations),
        ("evictions"u8.ToArray(), WatchKinds.Evictions),
        ("deletions"u8.ToArray(), WatchKinds.Deletions),
        ("connevents"u8.ToArray(), WatchKinds.ConnectionEvents),
        ("sysevents"u8.ToArray(), WatchKinds.SystemEvents),
        ("rawcmds"u8.ToArray(), WatchKinds.RawCommands),
        ("proxyreqs"u8.ToArray(), WatchKinds.None),
        ("proxyevents"u8.ToArray(), WatchKinds.None),
        ("proxyuser"u8.ToArray(), WatchKinds.None),
    ];

    /// <summary>Makes the asking connection a watcher.</summary>
    /// <param name="thread">Of the asking connection.</param>
    /// <param name="arguments">Kinds; none is fetchers. A name may be cut short.</param>
    public static ReadOnlySpan<byte> Execute(CacheThread thread, TextTokens arguments)
    {
        if (!thread.Engine.Options.WatchEnabled || !thread.AllowsLongAnswers)
        {
            return AdministrationReplies.WatchNotAllowed;
        }
        if (thread.HasEarlierAnswers)
        {
            return AdministrationReplies.WatchPipelined;
        }
        WatchKinds kinds = arguments.CountRest() == 0 ? WatchKinds.Fetchers : WatchKinds.None;
        foreach (ReadOnlySpan<byte> name in arguments)
        {
            if (!TryFind(name, out WatchKinds kind))
            {
                return TextReplies.Error;
            }
            kinds |= kind;
        }
        Watcher? watcher = thread.Engine.Watches.Add(thread.Connection, kinds);
        if (watcher is null)
        {
            return AdministrationReplies.WatcherTooMany;
        }
        thread.LongAnswer = watcher;
        return TextReplies.Ok;
    }

    private static bool TryFind(ReadOnlySpan<byte> name, out WatchKinds kind)
    {
        foreach ((byte[] known, WatchKinds value) in s_kinds)
        {
            if (known.AsSpan().StartsWith(name))
            {
                kind = value;
                return true;
            }
        }
        kind = WatchKinds.None;
        return false;
    }
}
