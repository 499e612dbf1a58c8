namespace Larder.Bench;

/// <summary>What a server's garbage-collected heap has done since its start, or between two moments.</summary>
/// <param name="Collections">Collections of any generation.</param>
/// <param name="AllocatedBytes">Bytes that were allocated on it.</param>
internal readonly record struct HeapUsage(long Collections, long AllocatedBytes)
{
    public static HeapUsage operator -(HeapUsage a, HeapUsage b) =>
        new(a.Collections - b.Collections, a.AllocatedBytes - b.AllocatedBytes);
}
