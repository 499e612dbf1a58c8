using System.Runtime.InteropServices;

namespace Larder.Cache.Store;

/// <summary>
/// One of the index's parts: a lock, and the buckets of the hashes that belong here. While the index grows there are
/// two tables, and old buckets move to the new one in order: those below <see cref="Moved"/> have.
/// </summary>
[StructLayout(LayoutKind.Sequential, Size = 64)]
internal unsafe struct Stripe
{
    public int Lock;                // 0 open; see SpinGate
    public int Bits;                // owner: Lock; log2 of the buckets in Table
    public Bucket* Table;           // owner: Lock
    public Bucket* OldTable;        // owner: Lock; null when nothing is left to move
    public int OldBits;             // owner: Lock
    public uint Moved;              // owner: Lock; old buckets that have moved
    public long Items;              // owner: Lock
    public long Stored;             // owner: Lock; items stored since the start (or the last reset)
}
