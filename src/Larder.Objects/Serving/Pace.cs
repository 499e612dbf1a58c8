namespace Larder.Objects.Serving;

/// <summary>
/// How fast a client must go on with what it has begun: so many bytes in each period. A mutable struct: a field of its
/// connection, never copied.
/// </summary>
internal struct Pace
{
    // owner: the stepping thread
    private long _bytes;

    /// <summary>When the period ends, in monotonic milliseconds; 0 = none has begun.</summary>
    public long DueMs { get; private set; }

    /// <summary>Nobody waits for the client, or for something new.</summary>
    public void Reset() => DueMs = 0;

    /// <summary>Counts what the client sent or took.</summary>
    public void Moved(long bytes) => _bytes += bytes;

    /// <summary>The client is waited for: a period begins unless one has begun and still lacks bytes.</summary>
    public void Wait(long nowMs, int periodMs, long bytesMin)
    {
        if (DueMs == 0 || _bytes >= bytesMin)
        {
            DueMs = nowMs + periodMs;
            _bytes = 0;
        }
    }
}
