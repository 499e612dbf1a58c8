using System.Buffers;

namespace Larder.Client.Pipelining;

/// <summary>
/// What was received and not yet read as a reply. Grows with a value that is longer, and shrinks behind it.
/// </summary>
internal sealed class ReceiveBuffer : IDisposable
{
    private const int BytesInit = 64 * 1024;

    /// <summary>
    /// Up to here a value that was announced gets its room at once; beyond, twice as much as has come: a number alone
    /// must not take a gigabyte.
    /// </summary>
    private const int BytesAtOnce = 4 << 20;

    private byte[] _array = ArrayPool<byte>.Shared.Rent(BytesInit);
    private int _start;
    private int _end;

    public ReadOnlySpan<byte> Filled => _array.AsSpan(_start, _end - _start);

    /// <summary>Where to receive to.</summary>
    /// <param name="needed">Bytes that the reply at the beginning has in all, as far as is known; 0: not known.</param>
    public Memory<byte> Room(long needed)
    {
        int filled = _end - _start;
        if (filled == 0)
        {
            _start = _end = 0;
            if (needed <= BytesInit && _array.Length > BytesInit * 4) Move(BytesInit);
        }
        long wanted = Math.Max(needed, filled + 1);
        if (wanted > _array.Length - _start)
        {
            if (wanted <= _array.Length) Compact();
            else Move((int)Math.Min(wanted, Math.Max(BytesAtOnce, 2L * filled)));
        }
        else if (_start > 0 && _end > _array.Length / 2)
        {
            Compact();
        }
        return _array.AsMemory(_end);
    }

    /// <summary>So many bytes have come.</summary>
    public void Received(int bytes) => _end += bytes;

    /// <summary>So many bytes were read.</summary>
    public void Consume(int bytes) => _start += bytes;

    public void Dispose() => ArrayPool<byte>.Shared.Return(_array);

    private void Compact()
    {
        Filled.CopyTo(_array);
        _end -= _start;
        _start = 0;
    }

    private void Move(int bytes)
    {
        byte[] moved = ArrayPool<byte>.Shared.Rent(bytes);
        Filled.CopyTo(moved);
        ArrayPool<byte>.Shared.Return(_array);
        _array = moved;
        _end -= _start;
        _start = 0;
    }
}
