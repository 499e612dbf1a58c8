namespace Larder.Cache.Commands.Watching;

/// <summary>One event in a <see cref="LogRing"/>; its text (key, address, request line) follows it there.</summary>
internal struct LogEntry
{
    /// <summary>Number of the event in this server, from 1.</summary>
    public long Gid;

    /// <summary>Microseconds since 1970.</summary>
    public long UnixMicroseconds;

    /// <summary>ttl= of an item; a 32-bit wrap in item_store, as memcached prints it.</summary>
    public long Ttl;

    /// <summary>Bytes of the value.</summary>
    public int Size;

    /// <summary>cfd=.</summary>
    public int Descriptor;

    /// <summary>la= of an eviction.</summary>
    public uint AccessAge;

    /// <summary>Bytes of the text.</summary>
    public ushort TextLength;

    /// <summary>Which line.</summary>
    public LogLine Line;

    /// <summary>memcached's size class.</summary>
    public byte SizeClass;

    /// <summary>A status, command, reason or flag, by the line.</summary>
    public byte Status;

    /// <summary>The command of item_store and deleted.</summary>
    public byte Command;
}
