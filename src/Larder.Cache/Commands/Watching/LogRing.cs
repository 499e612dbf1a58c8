using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Larder.Cache.Commands.Watching;

/// <summary>
/// Events on their way from one thread to the formatter, in a ring of fixed size. The writer never waits: what does not
/// fit is dropped and counted.
/// </summary>
/// <remarks>
/// <code>
///   [ entry text pad ][ entry text pad ] free ... [0 rest of the ring skipped]
///    ^ tail: formatter                  ^ head: writer
/// </code>
/// Records are multiples of 8 bytes and never wrap: gid 0 says that the next one begins at the start.
/// </remarks>
internal sealed class LogRing(int capacity)
{
    /// <summary>The smallest ring: room for some of the longest records.</summary>
    public const int CapacityMin = 8 * 1024;

    /// <summary>A text is cut to this.</summary>
    public const int TextMax = 512;

    private readonly int _capacity = Math.Max(capacity, CapacityMin) & ~7;
    private byte[] _bytes = []; // owner: the writer makes it with its first record
    private long _head;         // owner: the writer; bytes ever written
    private long _tail;         // owner: the reader; bytes ever read
    private long _written;      // owner: the writer
    private long _dropped;      // owner: the writer

    /// <summary>Events written so far; any thread.</summary>
    public long Written => Volatile.Read(ref _written);

    /// <summary>Events that found no room; any thread.</summary>
    public long Dropped => Volatile.Read(ref _dropped);

    /// <summary>Where the reader's next pass ends: what comes later is for the one after.</summary>
    public long Head => Volatile.Read(ref _head);

    /// <summary>Half of it waits for the reader; any thread.</summary>
    public bool IsHalfFull => Volatile.Read(ref _head) - Volatile.Read(ref _tail) > _capacity / 2;

    /// <summary>Writes an event; the writer's thread only.</summary>
    public void Write(ref LogEntry entry, ReadOnlySpan<byte> text)
    {
        text = text[..Math.Min(text.Length, TextMax)];
        entry.TextLength = (ushort)text.Length;
        int length = LengthOf(text.Length);
        int at = (int)(_head % _capacity);
        int skipped = _capacity - at < length ? _capacity - at : 0;
        // Pairs with the release in Free: what the reader has left may be written over.
        if (_capacity - (_head - Volatile.Read(ref _tail)) < length + skipped)
        {
            Volatile.Write(ref _dropped, _dropped + 1);
            return;
        }
        if (_bytes.Length == 0)
        {
            _bytes = GC.AllocateUninitializedArray<byte>(_capacity);
        }
        if (skipped > 0)
        {
            MemoryMarshal.Write(_bytes.AsSpan(at), 0L);
            at = 0;
        }
        MemoryMarshal.Write(_bytes.AsSpan(at), in entry);
        text.CopyTo(_bytes.AsSpan(at + Unsafe.SizeOf<LogEntry>()));
        Volatile.Write(ref _written, _written + 1);
        Volatile.Write(ref _head, _head + skipped + length); // publishes the record: pairs with Head
    }

    /// <summary>The next event before <paramref name="end"/>, a value of <see cref="Head"/>; the reader only.</summary>
    public bool TryRead(long end, out LogEntry entry, out ReadOnlySpan<byte> text)
    {
        entry = default;
        text = default;
        if (_tail == end)
        {
            return false;
        }
        int at = (int)(_tail % _capacity);
        if (MemoryMarshal.Read<long>(_bytes.AsSpan(at)) == 0)
        {
            Volatile.Write(ref _tail, _tail + _capacity - at);
            at = 0;
        }
        entry = MemoryMarshal.Read<LogEntry>(_bytes.AsSpan(at));
        text = _bytes.AsSpan(at + Unsafe.SizeOf<LogEntry>(), entry.TextLength);
        return true;
    }

    /// <summary>Gives the place of the event that was read back; its text ends.</summary>
    public void Free(in LogEntry entry) => Volatile.Write(ref _tail, _tail + LengthOf(entry.TextLength));

    private static int LengthOf(int textLength) => (Unsafe.SizeOf<LogEntry>() + textLength + 7) & ~7;
}
