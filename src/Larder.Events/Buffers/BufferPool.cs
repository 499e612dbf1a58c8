using System.Runtime.InteropServices;
using Larder.Events.Driving;

namespace Larder.Events.Buffers;

/// <summary>
/// Native blocks of one size for the connections of a thread, last in first out, so that the block in use is the one
/// that the cache still holds. What is kept in reserve is bounded; the rest goes back to the allocator.
/// </summary>
/// <remarks>Owned by one thread. A block may be returned to another pool than it came from.</remarks>
public sealed unsafe class BufferPool : IDisposable
{
    /// <summary>
    /// Bytes of a block. 32 KiB hold the replies to 200 pipelined gets of 100-byte values; the second level cache of
    /// a core holds several.
    /// </summary>
    public const int BlockBytes = 32 * 1024;

    private readonly byte*[] _free;
    private readonly ThreadGuard _guard;

    // owner: the thread; read by any
    private int _count;
    private long _buffers;
    private long _bytes;

    /// <summary>A pool that keeps at most <paramref name="reserveMax"/> free blocks.</summary>
    public BufferPool(int reserveMax, ThreadGuard guard)
    {
        _free = new byte*[reserveMax];
        _guard = guard;
    }

    /// <summary>What half received requests may hold, or null; the pools of a server share it.</summary>
    public BufferLimit? InputLimit { get; init; }

    /// <summary>Free blocks now in reserve.</summary>
    public int Reserve => _count;

    /// <summary>Buffers taken from the allocator and not given back, those in reserve included. Any thread.</summary>
    public long Buffers => Volatile.Read(ref _buffers);

    /// <summary>Their bytes. Any thread.</summary>
    public long Bytes => Volatile.Read(ref _bytes);

    /// <summary>A block of <see cref="BlockBytes"/> bytes with undefined content.</summary>
    public byte* Rent()
    {
        _guard.Check();
        return _count > 0 ? _free[--_count] : Allocate(BlockBytes);
    }

    /// <summary>Memory of another size; it goes back by <see cref="Free"/>, never into the reserve.</summary>
    public byte* Allocate(int bytes)
    {
        _buffers++;
        _bytes += bytes;
        return (byte*)NativeMemory.AlignedAlloc((nuint)bytes, 64);
    }

    /// <summary>Gives memory back to the allocator.</summary>
    public void Free(byte* memory, int bytes)
    {
        _buffers--;
        _bytes -= bytes;
        NativeMemory.AlignedFree(memory);
    }

    /// <summary>Takes a block back.</summary>
    public void Return(byte* block)
    {
        _guard.Check();
        if (_count < _free.Length)
        {
            _free[_count++] = block;
        }
        else
        {
            Free(block, BlockBytes);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        while (_count > 0)
        {
            Free(_free[--_count], BlockBytes);
        }
    }
}
