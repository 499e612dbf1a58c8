using System.Diagnostics;

namespace Larder.Events.Buffers;

/// <summary>
/// Bytes that a connection received and could not use yet: the beginning of a request, or what a spent turn left
/// over. Holds a block of the thread's pool while there are such bytes, memory of its own when they outgrow a block,
/// and nothing else: an idle connection owns no buffer.
/// </summary>
/// <remarks>Owned by the thread that steps the connection. A mutable struct: a field, never copied.</remarks>
internal unsafe struct ReadBuffer
{
    private byte* _memory;
    private int _capacity;
    private int _start;
    private int _end;
    private BufferLimit? _limit; // what the memory counts against

    /// <summary>Bytes that wait.</summary>
    public readonly int Length => _end - _start;

    public readonly bool HoldsMemory => _memory != null;

    public readonly ReadOnlySpan<byte> Unread => new(_memory + _start, _end - _start);

    /// <summary>Free bytes behind the unread ones.</summary>
    public readonly Span<byte> Room => new(_memory + _end, _capacity - _end);

    /// <summary>Keeps bytes; false when the limit allows no memory for them.</summary>
    public bool TryAppend(ReadOnlySpan<byte> bytes, BufferPool pool)
    {
        if (!TryMakeRoom(bytes.Length, pool))
        {
            return false;
        }
        bytes.CopyTo(Room);
        _end += bytes.Length;
        return true;
    }

    /// <summary>Says that <paramref name="count"/> bytes were received into <see cref="Room"/>.</summary>
    public void Received(int count)
    {
        Debug.Assert(count <= _capacity - _end, "received more than there was room for");
        _end += count;
    }

    public void Consume(int count, BufferPool pool)
    {
        Debug.Assert(count <= Length, "consumed more than there was");
        _start += count;
        if (_start == _end)
        {
            Free(pool);
        }
    }

    /// <summary>
    /// Sees to it that <see cref="Room"/> has at least <paramref name="bytes"/> bytes; false when the limit allows no
    /// memory for them.
    /// </summary>
    public bool TryMakeRoom(int bytes, BufferPool pool)
    {
        if (_memory == null && !TryAllocate(Math.Max(bytes, BufferPool.BlockBytes), pool))
        {
            return false;
        }
        if (_capacity - _end >= bytes)
        {
            return true;
        }
        int length = Length;
        if (_capacity - length >= bytes)
        {
            Unread.CopyTo(new Span<byte>(_memory, _capacity));
        }
        else if (!TryGrow(length + bytes, pool))
        {
            return false;
        }
        _start = 0;
        _end = length;
        return true;
    }

    public void Free(BufferPool pool)
    {
        if (_memory != null)
        {
            FreeMemory(_memory, _capacity, pool);
            _limit?.Give(_capacity);
        }
        this = default;
    }

    private bool TryGrow(int needed, BufferPool pool)
    {
        byte* old = _memory;
        int oldCapacity = _capacity;
        ReadOnlySpan<byte> unread = Unread;
        if (!TryAllocate(Math.Max(needed, oldCapacity * 2), pool))
        {
            return false;
        }
        unread.CopyTo(new Span<byte>(_memory, _capacity));
        FreeMemory(old, oldCapacity, pool);
        _limit?.Give(oldCapacity);
        return true;
    }

    private bool TryAllocate(int bytes, BufferPool pool)
    {
        if (pool.InputLimit?.TryTake(bytes) == false)
        {
            return false;
        }
        _limit = pool.InputLimit;
        _memory = bytes == BufferPool.BlockBytes ? pool.Rent() : pool.Allocate(bytes);
        _capacity = bytes;
        return true;
    }

    private static void FreeMemory(byte* memory, int capacity, BufferPool pool)
    {
        if (capacity == BufferPool.BlockBytes)
        {
            pool.Return(memory);
        }
        else
        {
            pool.Free(memory, capacity);
        }
    }
}
