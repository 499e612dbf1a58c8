using System.Diagnostics;
using Larder.Events.Native;

namespace Larder.Cache.Store;

/// <summary>
/// Spare buckets for the chains of crowded ones. They come in chunks that stay mapped until the end; the first bucket
/// of a chunk links the chunks.
/// </summary>
internal sealed unsafe class BucketPool(SegmentArena arena)
{
    /// <summary>
    /// 255 buckets and a link: crowded buckets are rare, so that a chunk lasts for some 100,000 items.
    /// </summary>
    public const int ChunkBytes = 16 << 10;

    private int _gate;
    private Bucket* _free;          // owner: _gate; linked by slot 0
    private Bucket* _chunks;        // owner: _gate; linked by slot 0
    private long _bytes;            // owner: _gate writes, everybody reads

    public long Bytes => Volatile.Read(ref _bytes);

    /// <summary>An empty bucket, or null: then <see cref="Refill"/>, without any lock.</summary>
    public Bucket* TryTake()
    {
        SpinGate.Enter(ref _gate);
        Bucket* taken = _free;
        if (taken != null)
        {
            _free = (Bucket*)taken->Slots[0];
            taken->Slots[0] = 0;
        }
        SpinGate.Exit(ref _gate);
        return taken;
    }

    /// <summary>Maps a chunk whose bytes the caller has reserved. False when the system has none.</summary>
    public bool Refill()
    {
        var chunk = (Bucket*)MappedMemory.Map(ChunkBytes, (nuint)MappedMemory.PageSize);
        if (chunk == null)
        {
            arena.Unreserve(ChunkBytes);
            return false;
        }
        int count = ChunkBytes / sizeof(Bucket);
        for (int index = 1; index < count - 1; index++) chunk[index].Slots[0] = (ulong)(chunk + index + 1);
        SpinGate.Enter(ref _gate);
        chunk[0].Slots[0] = (ulong)_chunks;
        _chunks = chunk;
        chunk[count - 1].Slots[0] = (ulong)_free;
        _free = chunk + 1;
        Volatile.Write(ref _bytes, _bytes + ChunkBytes);
        SpinGate.Exit(ref _gate);
        return true;
    }

    /// <summary>Takes back a list of buckets linked by slot 0.</summary>
    public void PutBack(Bucket* first)
    {
        if (first == null) return;
        Bucket* last = first;
        while (last->Slots[0] != 0) last = (Bucket*)last->Slots[0];
        SpinGate.Enter(ref _gate);
        last->Slots[0] = (ulong)_free;
        _free = first;
        SpinGate.Exit(ref _gate);
    }

    public void Dispose()
    {
        Bucket* chunk = _chunks;
        while (chunk != null)
        {
            var next = (Bucket*)chunk->Slots[0];
            MappedMemory.Unmap((byte*)chunk, ChunkBytes);
            arena.Unreserve(ChunkBytes);
            chunk = next;
        }
        _chunks = null;
        _free = null;
        Debug.Assert(_gate == 0, "nobody uses the store any more");
    }
}
