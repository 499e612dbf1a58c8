using System.Runtime.CompilerServices;

namespace Larder.Cache.Store;

/// <summary>
/// Bytes that lanes have taken since the evictor went on last: what it empties in exchange. Any thread.
/// </summary>
internal sealed class AppendedBytes
{
    /// <summary>Noted about each 8 KiB: 300 tiny items, few enough to be walked within a call.</summary>
    private const int NoteShift = 13;

    private long _bytes;        // owner: anybody, interlocked

    /// <summary>0, or some KiB.</summary>
    public long Value => Volatile.Read(ref _bytes);

    /// <summary>A segment was filled from one offset to another.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Note(int from, int to)
    {
        if ((from ^ to) >> NoteShift != 0) Interlocked.Add(ref _bytes, Math.Max(to - from, 1 << NoteShift));
    }

    /// <summary>The bytes so far; they count as paid for.</summary>
    public long Take() => Interlocked.Exchange(ref _bytes, 0);
}
