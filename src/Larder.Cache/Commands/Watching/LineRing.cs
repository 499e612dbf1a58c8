namespace Larder.Cache.Commands.Watching;

/// <summary>
/// Lines on their way from the formatter to one reader, in a ring of fixed size. The formatter never waits: lines that
/// find no room are counted, and their number (<c>skipped=N</c>) stands before the next that does.
/// </summary>
internal sealed class LineRing(int capacity)
{
    /// <summary>The smallest ring: some of the longest lines.</summary>
    private const int CapacityMin = 16 * 1024;

    /// <summary>skipped=, 20 digits, LF.</summary>
    private const int SkippedLengthMax = 32;

    private readonly byte[] _lines = GC.AllocateUninitializedArray<byte>(Math.Max(capacity, CapacityMin));
    private long _head;    // owner: the formatter; bytes ever written
    private long _tail;    // owner: the reader; bytes ever taken
    private long _skipped; // owner: the formatter; lines left out since the last that was not

    /// <summary>Nothing waits for the reader; any thread.</summary>
    public bool IsEmpty => Volatile.Read(ref _head) == Volatile.Read(ref _tail);

    /// <summary>Appends a line; the formatter only.</summary>
    /// <returns>False when there is no room.</returns>
    public bool TryAppend(ReadOnlySpan<byte> line)
    {
        // Pairs with the release in Free: what the reader has taken may be written over.
        long room = _lines.Length - (_head - Volatile.Read(ref _tail));
        Span<byte> note = stackalloc byte[SkippedLengthMax];
        note = note[..WriteSkipped(note)];
        if (note.Length + line.Length > room)
        {
            _skipped++;
            return false;
        }
        Copy(note, _head);
        Copy(line, _head + note.Length);
        _skipped = 0;
        Volatile.Write(ref _head, _head + note.Length + line.Length); // publishes the bytes
        return true;
    }

    /// <summary>Lines were lost before they came here; the formatter only.</summary>
    public void Skip(long count) => _skipped += count;

    /// <summary>The next bytes, as far as they lie in one piece; the reader only.</summary>
    /// <param name="most">Not more than these.</param>
    public ReadOnlySpan<byte> Peek(long most)
    {
        int at = (int)(_tail % _lines.Length);
        long count = Math.Min(Volatile.Read(ref _head) - _tail, Math.Min(most, _lines.Length - at));
        return _lines.AsSpan(at, (int)count);
    }

    /// <summary>The reader has used the first bytes of what it was shown.</summary>
    public void Free(int count) => Volatile.Write(ref _tail, _tail + count);

    private int WriteSkipped(Span<byte> into)
    {
        var text = new LineBuilder(into);
        if (_skipped > 0)
        {
            text.Text("skipped="u8);
            text.Number((ulong)_skipped);
            text.Text("\n"u8);
        }
        return text.Length;
    }

    private void Copy(ReadOnlySpan<byte> bytes, long place)
    {
        int at = (int)(place % _lines.Length);
        int whole = Math.Min(bytes.Length, _lines.Length - at);
        bytes[..whole].CopyTo(_lines.AsSpan(at));
        bytes[whole..].CopyTo(_lines);
    }
}
