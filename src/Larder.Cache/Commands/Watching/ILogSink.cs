namespace Larder.Cache.Commands.Watching;

/// <summary>Where the formatter brings lines; it alone calls these methods.</summary>
internal interface ILogSink
{
    /// <summary>What it shows.</summary>
    WatchKinds Kinds { get; }

    /// <summary>What requests have to tell for it; less than <see cref="Kinds"/> when it is turned off.</summary>
    WatchKinds Wanted { get; }

    /// <summary>Events before this one are older than it.</summary>
    long FirstGid { get; }

    /// <summary>Appends a line; false when there is no room.</summary>
    bool TryAppend(ReadOnlySpan<byte> line);

    /// <summary>Has its reader take what has come.</summary>
    void Deliver();
}
