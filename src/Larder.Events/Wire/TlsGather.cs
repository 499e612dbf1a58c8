using Larder.Events.Native;

namespace Larder.Events.Wire;

/// <summary>
/// Cuts vectors into records: a piece that fills a record, or is the last, is encrypted from where it lies; smaller
/// ones are copied together first, since each record costs 22 bytes and a send. Used on the stack.
/// </summary>
internal unsafe ref struct TlsGather
{
    private readonly IoVector* _vectors;
    private readonly int _count;
    private int _index;
    private nint _offset; // in the vector at _index

    public TlsGather(IoVector* vectors, int count)
    {
        _vectors = vectors;
        _count = count;
    }

    public readonly bool IsEmpty => _index == _count;

    /// <summary>The next record's bytes.</summary>
    /// <param name="buffer">Room for <paramref name="bytesMax"/> bytes, used for what lies apart.</param>
    /// <param name="bytesMax">The longest record.</param>
    /// <param name="length">How many bytes.</param>
    public readonly byte* Next(byte* buffer, int bytesMax, out int length)
    {
        byte* first = (byte*)_vectors[_index].Base + _offset;
        nint left = (nint)_vectors[_index].Length - _offset;
        if (left >= bytesMax || _index == _count - 1)
        {
            length = (int)Math.Min(left, bytesMax);
            return first;
        }
        length = 0;
        nint offset = _offset;
        for (int i = _index; i < _count && length < bytesMax; i++)
        {
            int part = (int)Math.Min((nint)_vectors[i].Length - offset, bytesMax - length);
            Buffer.MemoryCopy((byte*)_vectors[i].Base + offset, buffer + length, part, part);
            length += part;
            offset = 0;
        }
        return buffer;
    }

    /// <summary>So many bytes were taken.</summary>
    public void Skip(int bytes)
    {
        nint left = bytes;
        while (left > 0)
        {
            nint part = Math.Min((nint)_vectors[_index].Length - _offset, left);
            left -= part;
            _offset += part;
            if (_offset == (nint)_vectors[_index].Length)
            {
                _index++;
                _offset = 0;
            }
        }
    }
}
