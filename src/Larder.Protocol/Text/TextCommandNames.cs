namespace Larder.Protocol.Text;

/// <summary>Names on the wire to commands and back.</summary>
public static class TextCommandNames
{
    /// <summary>Finds a command by its exact name.</summary>
    /// <param name="name">The first token of a line.</param>
    /// <returns>The command, or Unknown.</returns>
    public static TextCommand Find(ReadOnlySpan<byte> name) => name switch
    {
        [(byte)'m', (byte)'g'] => TextCommand.MetaGet,
        [(byte)'m', (byte)'s'] => TextCommand.MetaSet,
        [(byte)'m', (byte)'d'] => TextCommand.MetaDelete,
        [(byte)'m', (byte)'a'] => TextCommand.MetaArithmetic,
        [(byte)'m', (byte)'e'] => TextCommand.MetaDebug,
        [(byte)'m', (byte)'n'] => TextCommand.MetaNoop,
        { Length: 0 } => TextCommand.Unknown,
        _ => FindClassic(name),
    };

    /// <summary>The name of a command.</summary>
    /// <param name="command">Any command; Unknown has an empty name.</param>
    /// <returns>A constant.</returns>
    public static ReadOnlySpan<byte> Of(TextCommand command) => command switch
    {
        TextCommand.Get => "get"u8,
        TextCommand.Gets => "gets"u8,
        TextCommand.Gat => "gat"u8,
        TextCommand.Gats => "gats"u8,
        TextCommand.Set => "set"u8,
        TextCommand.Add => "add"u8,
        TextCommand.Replace => "replace"u8,
        TextCommand.Append => "append"u8,
        TextCommand.Prepend => "prepend"u8,
        TextCommand.Cas => "cas"u8,
        TextCommand.Delete => "delete"u8,
        TextCommand.Incr => "incr"u8,
        TextCommand.Decr => "decr"u8,
        TextCommand.Touch => "touch"u8,
        TextCommand.FlushAll => "flush_all"u8,
        TextCommand.Version => "version"u8,
        TextCommand.Verbosity => "verbosity"u8,
        TextCommand.Quit => "quit"u8,
        TextCommand.Stats => "stats"u8,
        TextCommand.CacheMemlimit => "cache_memlimit"u8,
        TextCommand.Shutdown => "shutdown"u8,
        TextCommand.Slabs => "slabs"u8,
        TextCommand.Lru => "lru"u8,
        TextCommand.LruCrawler => "lru_crawler"u8,
        TextCommand.Watch => "watch"u8,
        TextCommand.RefreshCerts => "refresh_certs"u8,
        TextCommand.Extstore => "extstore"u8,
        TextCommand.DebugTime => "debugtime"u8,
        TextCommand.LarderDeletePrefix => "larder_delete_prefix"u8,
        TextCommand.MetaGet => "mg"u8,
        TextCommand.MetaSet => "ms"u8,
        TextCommand.MetaDelete => "md"u8,
        TextCommand.MetaArithmetic => "ma"u8,
        TextCommand.MetaDebug => "me"u8,
        TextCommand.MetaNoop => "mn"u8,
        _ => default,
    };

    private static TextCommand FindClassic(ReadOnlySpan<byte> name)
    {
        // The first letter leaves at most six names to compare.
        return (char)name[0] switch
        {
            'g' => First(name, TextCommand.Get, TextCommand.Gets, TextCommand.Gat, TextCommand.Gats),
            's' => First(name, TextCommand.Set, TextCommand.Stats, TextCommand.Slabs, TextCommand.Shutdown),
            'a' => First(name, TextCommand.Add, TextCommand.Append),
            'r' => First(name, TextCommand.Replace, TextCommand.RefreshCerts),
            'p' => First(name, TextCommand.Prepend),
            'c' => First(name, TextCommand.Cas, TextCommand.CacheMemlimit),
            'd' => First(name, TextCommand.Delete, TextCommand.Decr, TextCommand.DebugTime),
            'i' => First(name, TextCommand.Incr),
            't' => First(name, TextCommand.Touch),
            'f' => First(name, TextCommand.FlushAll),
            'v' => First(name, TextCommand.Version, TextCommand.Verbosity),
            'q' => First(name, TextCommand.Quit),
            'l' => First(name, TextCommand.Lru, TextCommand.LruCrawler, TextCommand.LarderDeletePrefix),
            'w' => First(name, TextCommand.Watch),
            'e' => First(name, TextCommand.Extstore),
            _ => TextCommand.Unknown,
        };
    }

    private static TextCommand First(ReadOnlySpan<byte> name, params ReadOnlySpan<TextCommand> candidates)
    {
        foreach (TextCommand candidate in candidates)
            if (name.SequenceEqual(Of(candidate)))
                return candidate;
        return TextCommand.Unknown;
    }
}
