using System.Numerics;
using System.Runtime.CompilerServices;

namespace Larder.Cache.Store;

/// <summary>
/// Lookups. A hit of an item that shares its segment takes no lock: it reads, and then looks whether what it has read
/// was whole. What that look finds moved, and what is to be changed (an item whose time is over, a lease), is done
/// again with the stripe's lock.
/// </summary>
/// <remarks>
/// Why a hit that passes its last look is right, on processors that reorder loads and stores, too:
/// <list type="number">
/// <item>Version before slot, both with acquire; version again before the slot's address is used. A page of the index
/// changes its use only while its stripe's version is odd or after it was, so an address from another use is not
/// followed. (Memory is never unmapped under a reader: see SegmentArena.GiveBack. Large items are, and are left to the
/// lock.)</item>
/// <item>State and lengths, a read barrier, the version: the same version says that the item was still in its slot, and
/// that they are the item's. From here on the reader stays inside of the segment, whatever the bytes are.</item>
/// <item>Key, fields, value; a read barrier; the version. An item that leaves its slot takes the version along
/// (Stripe.NoteLeft, a release behind the slot) before its bytes stop to count as live, which is interlocked; whoever
/// writes there next has seen that count and passed the gates of arena and lane, full fences. So a reader that has read
/// one new byte finds a new version behind its barrier. Keys and values do not change in one use; fields change in
/// their place while the version is odd. So the same version says that all bytes were the item's, as it was when the
/// slot was looked at: that is the moment of the lookup.</item>
/// <item>The flush epoch is compared behind the slot: see SegmentArena.OldestEpoch. Where it was the old one, the
/// lookup was before the flush or the deleted prefix. Where it was the new one, the rules that were published before it
/// are looked at. A rule, the older epoch of a segment and OldestEpoch go only after all items that the rule is about
/// have left their slots: whoever misses one of them finds a new version of the stripe behind that.</item>
/// <item>A miss needs the same version only: a key's item changes slots only while the version is odd, or by leaving
/// the first one.</item>
/// </list>
/// A hit is counted by a compare-and-swap of the slot that was seen; where it fails, the item has changed, and the hit
/// of a value that is gone is nobody's loss. Only a token that was shown must be noted: then the lookup runs again.
/// </remarks>
internal sealed unsafe class ItemLookup(ItemTable table)
{
    /// <summary>Looks without a lock; a stripe that changes all the time is better waited for.</summary>
    private const int TriesMax = 4;

    private enum Outcome
    {
        Again,
        Hit,
        Miss,
        Lock,
    }

    /// <summary>Looks a key up and shows its item to the reader.</summary>
    [SkipLocalsInit]
    public FindStatus Find<TReader>(ReadOnlySpan<byte> key, ulong hash, ref TReader reader, bool bump)
        where TReader : struct, IItemReader, allows ref struct
    {
        uint now = table.Now;
        Stripe* stripe = table.Index.StripeOf(hash);
        for (int count = 0; count < TriesMax; count++)
        {
            Outcome outcome = TryFind(stripe, key, hash, now, ref reader, bump);
            if (outcome == Outcome.Hit) return FindStatus.Hit;
            if (outcome == Outcome.Miss) return FindStatus.Miss;
            if (outcome == Outcome.Lock) break;
        }
        return FindWithLock(stripe, key, hash, now, ref reader, bump);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private Outcome TryFind<TReader>(
        Stripe* stripe, ReadOnlySpan<byte> key, ulong hash, uint now, ref TReader reader, bool bump)
        where TReader : struct, IItemReader, allows ref struct
    {
        uint version = Volatile.Read(ref stripe->Version);
        if ((version & 1) != 0) return Outcome.Again;
        ulong tag = Slot.TagOf(hash);
        int buckets = Volatile.Read(ref stripe->Buckets);
        int home = HashIndex.Home(hash, buckets);
        Bucket* bucket = HashIndex.BucketAt(stripe, home);
        // Before the bucket is read: the page is still the stripe's, and the directory was.
        if (!IsSame(stripe, version)) return Outcome.Again;
        uint matches = Bucket.Matches(bucket, tag, out uint reach);
        for (uint distance = 0; ;)
        {
            for (; matches != 0; matches &= matches - 1)
            {
                ulong* slot = bucket->Slots + BitOperations.TrailingZeroCount(matches);
                Outcome outcome = TryItem(stripe, version, slot, key, now, ref reader, bump);
                if (outcome != Outcome.Miss) return outcome;
            }
            if (++distance > reach) break;
            if (distance >= buckets) return Outcome.Again;
            int next = home + (int)distance;
            bucket = HashIndex.BucketAt(stripe, next < buckets ? next : next - buckets);
            if (!IsSame(stripe, version)) return Outcome.Again;
            matches = Bucket.Matches(bucket, tag, out _);
        }
        return IsSame(stripe, version) ? Outcome.Miss : Outcome.Again;
    }

    // One slot whose tag is right. Miss: its item has another key.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private Outcome TryItem<TReader>(
        Stripe* stripe, uint version, ulong* slot, ReadOnlySpan<byte> key, uint now, ref TReader reader, bool bump)
        where TReader : struct, IItemReader, allows ref struct
    {
        ulong seen = Volatile.Read(ref *slot);
        if (!IsSame(stripe, version)) return Outcome.Again;
        if (Slot.IsEmpty(seen)) return Outcome.Again;
        if ((seen & Slot.Large) != 0) return Outcome.Lock;
        ItemHeader* item = Slot.ItemOf(seen);
        ItemState state = item->State;
        uint lengths = item->Lengths;
        if (!IsSame(stripe, version)) return Outcome.Again;

        var notes = new ItemNotes { IsWithoutLock = true };
        var view = new ItemView(seen, state, lengths, table, ref notes);
        if (!view.Key.SequenceEqual(key)) return IsSame(stripe, version) ? Outcome.Miss : Outcome.Again;
        if (table.StatusOf(item, state, key, now) != FindStatus.Hit) return Outcome.Lock;
        reader.Read(view);
        if (!IsSame(stripe, version)) return Outcome.Again;
        if (notes.WantsLock) return Outcome.Lock;
        return Leave(stripe, version, slot, seen, now, notes, bump);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private Outcome Leave(
        Stripe* stripe, uint version, ulong* slot, ulong seen, uint now, in ItemNotes notes, bool bump)
    {
        if (notes.AccessSeen) table.TrackAccess();
        if (bump)
        {
            if (!ItemTable.Mark(slot, seen, notes, fetched: true) && notes.CasSeen) return Outcome.Again;
            if (table.TracksAccess) NoteAccess(stripe, version, slot, seen, now);
        }
        else if (notes.CasSeen && (seen & Slot.CasSeen) == 0)
        {
            ulong marked = seen | Slot.CasSeen;
            if (Interlocked.CompareExchange(ref *slot, marked, seen) != seen) return Outcome.Again;
        }
        return Outcome.Hit;
    }

    // Only where somebody asks for times of access, and once a second for an item. Never waits: where a writer has the
    // lock, the time of this access is lost.
    private void NoteAccess(Stripe* stripe, uint version, ulong* slot, ulong seen, uint now)
    {
        ItemHeader* item = Slot.ItemOf(seen);
        if (ItemHeader.LastAccess(item, table.Arena.HeaderOf(item)->BegunAt) == now) return;
        if (!SpinGate.TryEnter(ref stripe->Lock)) return;
        // The same version: the slot is still one of this stripe. The same address: the item is still there.
        if (stripe->Version == version && Slot.ItemOf(*slot) == item) table.NoteAccess(item, now);
        SpinGate.Exit(ref stripe->Lock);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private FindStatus FindWithLock<TReader>(
        Stripe* stripe, ReadOnlySpan<byte> key, ulong hash, uint now, ref TReader reader, bool bump)
        where TReader : struct, IItemReader, allows ref struct
    {
        FindStatus status;
        SpinGate.Enter(ref stripe->Lock);
        try
        {
            ulong* slot = table.FindValid(stripe, hash, key, now, out status);
            if (slot != null)
            {
                var notes = default(ItemNotes);
                reader.Read(new ItemView(*slot, table, ref notes));
                if (notes.AccessSeen) table.TrackAccess();
                if (bump) table.Bump(slot, now, notes, fetched: true);
                else if (notes.CasSeen) Interlocked.Or(ref *slot, Slot.CasSeen);
            }
        }
        finally
        {
            SpinGate.Exit(ref stripe->Lock);
        }
        if (status != FindStatus.Hit) table.Arena.UnmapSurplus();
        return status;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static bool IsSame(Stripe* stripe, uint version)
    {
        Volatile.ReadBarrier();
        return Volatile.Read(ref stripe->Version) == version;
    }
}
