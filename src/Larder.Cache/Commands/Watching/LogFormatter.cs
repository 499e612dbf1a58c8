using Larder.Events.Wire;

namespace Larder.Cache.Commands.Watching;

/// <summary>
/// Makes lines of events: <c>ts=SECONDS.MICROSECONDS gid=NUMBER type=...</c>, ended by LF, word for word as memcached
/// writes them. The owner's thread only.
/// </summary>
internal sealed class LogFormatter
{
    /// <summary>A text of which every byte is encoded, and what stands around it.</summary>
    private const int LineLengthMax = (LogRing.TextMax * 3) + 512;

    private const long MicrosecondsPerSecond = 1_000_000;

    private readonly byte[] _line = new byte[LineLengthMax];

    /// <summary>The kinds of watchers that see a line.</summary>
    public static WatchKinds KindOf(LogLine line) => line switch
    {
        LogLine.ItemGet => WatchKinds.Fetchers,
        LogLine.ItemStore => WatchKinds.Mutations,
        LogLine.Eviction => WatchKinds.Evictions,
        LogLine.Deleted => WatchKinds.Deletions,
        LogLine.RawCommand => WatchKinds.RawCommands,
        LogLine.SystemEvent => WatchKinds.SystemEvents,
        LogLine.Lookup => WatchKinds.Lookups,
        >= LogLine.Plain => WatchKinds.Transcript,
        _ => WatchKinds.ConnectionEvents,
    };

    /// <summary>Formats an event.</summary>
    /// <returns>The line, valid until the next call.</returns>
    public ReadOnlySpan<byte> Format(scoped in LogEntry entry, scoped ReadOnlySpan<byte> text)
    {
        var line = new LineBuilder(_line);
        if (entry.Line >= LogLine.Plain)
        {
            TranscriptLines.Format(ref line, in entry, text);
        }
        else
        {
            FormatEvent(ref line, in entry, text);
        }
        line.Text("\n"u8);
        return _line.AsSpan(0, line.Length);
    }

    private static void FormatEvent(
        ref LineBuilder line, scoped in LogEntry entry, scoped ReadOnlySpan<byte> text)
    {
        line.Text("ts="u8);
        line.Number((ulong)(entry.UnixMicroseconds / MicrosecondsPerSecond));
        line.Text("."u8);
        line.Padded((uint)(entry.UnixMicroseconds % MicrosecondsPerSecond));
        line.Text(" gid="u8);
        line.Number((ulong)entry.Gid);
        switch (entry.Line)
        {
            case LogLine.ItemGet:
                FormatGet(ref line, in entry, text);
                break;
            case LogLine.ItemStore:
                FormatStore(ref line, in entry, text);
                break;
            case LogLine.Eviction:
                FormatEviction(ref line, in entry, text);
                break;
            case LogLine.Deleted:
                FormatDeleted(ref line, in entry, text);
                break;
            case LogLine.ConnectionNew:
            case LogLine.ConnectionClose:
                FormatConnection(ref line, in entry, text);
                break;
            case LogLine.RawCommand:
                line.Text(" type=rawcmd cfd="u8);
                line.Signed(entry.Descriptor);
                line.Text(" cmd="u8);
                line.Key(text);
                break;
            default:
                line.Text(" type="u8);
                line.Text(text);
                break;
        }
    }

    private static void FormatGet(ref LineBuilder line, scoped in LogEntry entry, scoped ReadOnlySpan<byte> key)
    {
        line.Text(" type=item_get key="u8);
        line.Key(key);
        line.Text(" status="u8);
        line.Text(LogWords.Fetch(entry.Status));
        WriteItem(ref line, in entry);
    }

    private static void FormatStore(ref LineBuilder line, scoped in LogEntry entry, scoped ReadOnlySpan<byte> key)
    {
        line.Text(" type=item_store key="u8);
        line.Key(key);
        line.Text(" status="u8);
        line.Text(LogWords.Store(entry.Status));
        line.Text(" cmd="u8);
        line.Text(LogWords.Command(entry.Command));
        line.Text(" ttl="u8);
        line.Number((uint)entry.Ttl);
        WriteItem(ref line, in entry);
    }

    private static void FormatEviction(ref LineBuilder line, scoped in LogEntry entry, scoped ReadOnlySpan<byte> key)
    {
        line.Text(" type=eviction key="u8);
        line.Key(key);
        line.Text(entry.Status != 0 ? " fetch=yes ttl="u8 : " fetch=no ttl="u8);
        line.Signed(entry.Ttl);
        line.Text(" la="u8);
        line.Number(entry.AccessAge);
        line.Text(" clsid="u8);
        line.Number(entry.SizeClass);
        line.Text(" size="u8);
        line.Signed(entry.Size);
    }

    private static void FormatDeleted(ref LineBuilder line, scoped in LogEntry entry, scoped ReadOnlySpan<byte> key)
    {
        line.Text(" type=deleted key="u8);
        line.Key(key);
        line.Text(entry.Command != 0 ? " cmd=md clsid="u8 : " cmd=delete clsid="u8);
        line.Number(entry.SizeClass);
        line.Text(" size="u8);
        line.Signed(entry.Size);
    }

    private static void FormatConnection(ref LineBuilder line, scoped in LogEntry entry, scoped ReadOnlySpan<byte> name)
    {
        line.Text(entry.Line == LogLine.ConnectionNew ? " type=conn_new rip="u8 : " type=conn_close rip="u8);
        int scheme = name.IndexOf((byte)':');
        int port = name.LastIndexOf((byte)':');
        bool isInternet = name.StartsWith("tcp"u8) && port > scheme;
        line.Text(isInternet ? name[(scheme + 1)..port].Trim("[]"u8) : "unix"u8);
        line.Text(" rport="u8);
        line.Text(isInternet ? name[(port + 1)..] : "0"u8);
        line.Text(isInternet ? " transport=tcp"u8 : " transport=local"u8);
        if (entry.Line == LogLine.ConnectionClose)
        {
            line.Text(" reason="u8);
            line.Text(LogWords.Reason((CloseReason)entry.Status));
        }
        line.Text(" cfd="u8);
        line.Signed(entry.Descriptor);
    }

    private static void WriteItem(ref LineBuilder line, scoped in LogEntry entry)
    {
        line.Text(" clsid="u8);
        line.Number(entry.SizeClass);
        line.Text(" cfd="u8);
        line.Signed(entry.Descriptor);
        line.Text(" size="u8);
        line.Signed(entry.Size);
    }
}
