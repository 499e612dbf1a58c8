using System.Buffers;

namespace Larder.Client.Serializing;

/// <summary>A writer into one array of the shared pool. Disposed of once.</summary>
internal sealed class PooledWriter : IBufferWriter<byte>, IDisposable
{
    private const int BytesInit = 1024;

    private readonly int _bytesMax;
    private byte[] _array = ArrayPool<byte>.Shared.Rent(BytesInit);
    private int _count;

    /// <param name="bytesMax">What would be longer throws InvalidDataException.</param>
    public PooledWriter(int bytesMax = int.MaxValue) => _bytesMax = bytesMax;

    public ReadOnlyMemory<byte> Written => _array.AsMemory(0, _count);

    public void Advance(int count)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan((uint)count, (uint)(_array.Length - _count));
        if (count > _bytesMax - _count) throw new InvalidDataException($"a value of more than {_bytesMax} bytes");
        _count += count;
    }

    public Memory<byte> GetMemory(int sizeHint = 0)
    {
        Reserve(sizeHint);
        return _array.AsMemory(_count);
    }

    public Span<byte> GetSpan(int sizeHint = 0) => GetMemory(sizeHint).Span;

    public void Dispose()
    {
        ArrayPool<byte>.Shared.Return(_array);
        _array = [];
        _count = 0;
    }

    private void Reserve(int sizeHint)
    {
        int wanted = Math.Max(sizeHint, 1);
        if (wanted <= _array.Length - _count) return;
        byte[] larger = ArrayPool<byte>.Shared.Rent(Math.Max(checked(_count + wanted), _array.Length * 2));
        _array.AsSpan(0, _count).CopyTo(larger);
        ArrayPool<byte>.Shared.Return(_array);
        _array = larger;
    }
}
