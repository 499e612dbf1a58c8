using System.Diagnostics;
using System.Runtime.CompilerServices;
using Larder.Events.Driving;
using Larder.Events.Native;
using Larder.Events.Wire;

namespace Larder.Events.Buffers;

/// <summary>
/// What a connection still has to send, in order: small replies copied into blocks, large values by reference.
/// </summary>
/// <remarks>
/// <code>
///  entries:  [ block bytes ][ lease ][ block bytes ][ block bytes ... ]
///              head, _sentOfHead ^                    tail: _write, _room ^
/// </code>
/// A block belongs to the last entry that lies in it and goes back to the pool when that entry has been sent.
/// Owned by the thread that steps the connection. It never waits: what the socket does not take stays queued. It
/// knows no bound of its own; the connection stops executing at the driver's high mark.
/// </remarks>
public sealed unsafe class WriteQueue
{
    /// <summary>The largest contiguous span that can be asked for.</summary>
    public const int ChunkBytes = BufferPool.BlockBytes;

    /// <summary>
    /// Vectors given to one sendmsg. IOV_MAX is 1024; 64 of them carry 2 MiB of blocks, more than a socket takes.
    /// </summary>
    private const int VectorsMax = 64;

    private const int EntriesMin = 8;

    // owner: the thread that steps the connection
    private Entry[] _entries = new Entry[EntriesMin];
    private int _head;
    private int _count;
    private nint _sentOfHead;
    private byte* _write;
    private int _room;
    private long _queued;
    private BufferPool? _pool;

    private struct Entry
    {
        public byte* Data;
        public nint Length;
        public byte* Block; // to be returned when this entry has been sent; null for leases and inner parts
        public bool IsLease;
        public ByteLease Lease;
    }

    /// <summary>Bytes queued and not yet taken by the socket.</summary>
    public long QueuedBytes => _queued;

    /// <summary>True when there is nothing to send.</summary>
    public bool IsEmpty => _queued == 0;

    /// <summary>
    /// Gives at least <paramref name="sizeHint"/> contiguous bytes (at most <see cref="ChunkBytes"/>).
    /// </summary>
    /// <remarks>Valid until the next call of any other method; follow it by <see cref="Advance"/>.</remarks>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Span<byte> GetSpan(int sizeHint)
    {
        if (_room < sizeHint || _room == 0)
        {
            AddBlock(sizeHint);
        }
        return new Span<byte>(_write, _room);
    }

    /// <summary>Appends the first <paramref name="count"/> bytes of the span that was given.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Advance(int count)
    {
        Debug.Assert((uint)count <= (uint)_room, "advanced beyond the span");
        _entries[_count - 1].Length += count;
        _write += count;
        _room -= count;
        _queued += count;
    }

    /// <summary>Copies bytes of any number.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Write(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length <= _room)
        {
            bytes.CopyTo(new Span<byte>(_write, _room));
            if (bytes.Length > 0)
            {
                Advance(bytes.Length);
            }
            return;
        }
        WriteAcross(bytes);
    }

    /// <summary>
    /// Appends bytes by reference. The lease is released once they are sent or the connection is gone; at once when it
    /// is empty.
    /// </summary>
    public void WriteLease(in ByteLease lease)
    {
        if (lease.Length == 0)
        {
            lease.Release();
            return;
        }
        byte* block = null;
        if (_room > 0)
        {
            block = _entries[_count - 1].Block; // moves on to the entry behind the lease
            _entries[_count - 1].Block = null;
        }
        AddEntry() = new Entry { Data = lease.Pointer, Length = lease.Length, IsLease = true, Lease = lease };
        _queued += lease.Length;
        if (block != null)
        {
            AddEntry() = new Entry { Data = _write, Block = block };
        }
        else
        {
            _write = null;
        }
    }

    /// <summary>Copies queued bytes and leaves them where they are.</summary>
    /// <param name="position">From the oldest byte on, 0 and more.</param>
    /// <param name="into">Room for some.</param>
    /// <returns>How many there were.</returns>
    public int Peek(long position, Span<byte> into)
    {
        long skip = position + _sentOfHead;
        int count = 0;
        for (int i = _head; i < _count && count < into.Length; i++)
        {
            ref Entry entry = ref _entries[i];
            int part = (int)Math.Clamp(entry.Length - skip, 0, into.Length - count);
            new ReadOnlySpan<byte>(entry.Data + skip, part).CopyTo(into[count..]);
            count += part;
            skip = Math.Max(skip - entry.Length, 0);
        }
        return count;
    }

    /// <summary>
    /// Blocks come from and go to this pool from now on: that of the thread which steps the connection.
    /// </summary>
    internal void Attach(BufferPool pool) => _pool = pool;

    /// <summary>
    /// Sends what the socket takes, and <see cref="Transport.SendBytesMax"/> at most. The result is the number of bytes
    /// taken, or the error.
    /// </summary>
    [SkipLocalsInit]
    internal SysResult Flush(Transport transport, int fd, DriverCounters counters, bool isAhead = false)
    {
        IoVector* gathered = stackalloc IoVector[VectorsMax];
        nint total = 0;
        nint most = transport.SendBytesMax;
        while (_queued > 0 && total < most)
        {
            nint wanted = Gather(gathered, most - total, out int vectors);
            SysResult result = isAhead
                ? transport.SendAhead(fd, gathered, vectors)
                : transport.Send(fd, gathered, vectors);
            counters.Sends++;
            if (result.IsError)
            {
                if (result.Errno == Errno.Interrupted)
                {
                    continue;
                }
                return result.Errno == Errno.Again ? SysResult.Ok(total) : result;
            }
            counters.BytesWritten += result.Value;
            total += result.Value;
            Sent(result.Value);
            if (result.Value < wanted)
            {
                break;
            }
        }
        if (_queued == 0)
        {
            ReleaseAll();
        }
        return SysResult.Ok(total);
    }

    /// <summary>Moves the oldest bytes elsewhere; there are as many.</summary>
    internal void Take(Span<byte> into)
    {
        while (!into.IsEmpty)
        {
            ref Entry entry = ref _entries[_head];
            int part = (int)Math.Min(entry.Length - _sentOfHead, into.Length);
            new ReadOnlySpan<byte>(entry.Data + _sentOfHead, part).CopyTo(into);
            into = into[part..];
            if (part > 0)
            {
                Sent(part);
            }
            else
            {
                Release(ref entry); // begun, and not written to
                _head++;
            }
        }
        if (_queued == 0)
        {
            ReleaseAll();
        }
    }

    /// <summary>Gives everything back: leases to their owners, blocks to the pool.</summary>
    internal void Discard()
    {
        _queued = 0;
        ReleaseAll();
    }

    private void WriteAcross(ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            Span<byte> room = GetSpan(1);
            int part = Math.Min(room.Length, bytes.Length);
            bytes[..part].CopyTo(room);
            Advance(part);
            bytes = bytes[part..];
        }
    }

    private void AddBlock(int sizeHint)
    {
        Debug.Assert(sizeHint <= ChunkBytes, "a span larger than a block was asked for");
        byte* block = _pool!.Rent();
        AddEntry() = new Entry { Data = block, Block = block };
        _write = block;
        _room = ChunkBytes;
    }

    private ref Entry AddEntry()
    {
        if (_count == _entries.Length)
        {
            MakeRoomForEntries();
        }
        return ref _entries[_count++];
    }

    private void MakeRoomForEntries()
    {
        int live = _count - _head;
        Entry[] target = live > _entries.Length / 2 ? new Entry[_entries.Length * 2] : _entries;
        Array.Copy(_entries, _head, target, 0, live);
        Array.Clear(target, live, target.Length - live);
        _entries = target;
        _head = 0;
        _count = live;
    }

    private nint Gather(IoVector* into, nint most, out int vectors)
    {
        nint bytes = 0;
        vectors = 0;
        nint skip = _sentOfHead;
        for (int i = _head; i < _count && vectors < VectorsMax && bytes < most; i++)
        {
            ref Entry entry = ref _entries[i];
            nint length = Math.Min(entry.Length - skip, most - bytes);
            if (length > 0)
            {
                into[vectors++] = new IoVector { Base = entry.Data + skip, Length = (nuint)length };
                bytes += length;
            }
            skip = 0;
        }
        return bytes;
    }

    private void Sent(nint bytes)
    {
        _queued -= bytes;
        while (bytes > 0)
        {
            ref Entry entry = ref _entries[_head];
            nint left = entry.Length - _sentOfHead;
            if (bytes < left)
            {
                _sentOfHead += bytes;
                return;
            }
            bytes -= left;
            // The tail's block may have room left, but a tail that is sent leaves the queue empty, and Flush resets it.
            Debug.Assert(_head < _count - 1 || _queued == 0, "more was sent than was queued");
            Release(ref entry);
            _head++;
            _sentOfHead = 0;
        }
    }

    private void ReleaseAll()
    {
        for (int i = _head; i < _count; i++)
        {
            Release(ref _entries[i]);
        }
        Reset();
    }

    private void Reset()
    {
        _head = 0;
        _count = 0;
        _sentOfHead = 0;
        _write = null;
        _room = 0;
    }

    private void Release(ref Entry entry)
    {
        if (entry.IsLease)
        {
            entry.Lease.Release();
        }
        else if (entry.Block != null)
        {
            ReturnBlock(entry.Block);
        }
        entry = default;
    }

    private void ReturnBlock(byte* block) => _pool!.Return(block);
}
