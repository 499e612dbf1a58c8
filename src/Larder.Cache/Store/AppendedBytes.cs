using System.Runtime.CompilerServices;

namespace Larder.Cache.Store;

/// <summary>
/// Bytes that lanes have taken since the evictor went on last: what it empties in exchange. Any thread.
/// </summary>
internal sealed class AppendedBytes
{
    /// <summary>Noted about each 2 KiB: 75 tiny items, so that no call has many to walk in exchange.</summary>
    private const int NoteShift = 11;

    private long _bytes;        // owner: anybody, interlocked

    /// <summary>0, or 2 KiB and more.</summary>
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
