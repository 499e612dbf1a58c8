namespace Larder.Cache.Store;

/// <summary>incr and decr on items.</summary>
internal sealed unsafe class ItemArithmetic(
    ItemTable table, ItemWriter writer, Evictor evictor, TimedLanes timedLanes, Lane smallLane, Lane mainLane)
{
    /// <summary>See ItemWriter; also against a key that comes and goes between finding and creating it.</summary>
    private const int AttemptsMax = 64;

    public ArithmeticResult Run(ReadOnlySpan<byte> key, ulong hash, in ArithmeticRequest request)
    {
        Stripe* stripe = table.Index.StripeOf(hash);
        for (int count = 0; count < AttemptsMax; count++)
        {
            uint now = table.Now;
            bool needsRoom = false;
            Lane lane = smallLane;
            ArithmeticResult result = new(ArithmeticStatus.NotFound);
            SpinGate.Enter(ref stripe->Lock);
            uint epoch = table.Epoch;
            ulong* slot = table.FindValid(stripe, hash, key, now, out _);
            if (slot != null)
            {
                lane = table.Arena.SegmentOf(Slot.ItemOf(*slot)).Queue == SegmentQueue.Small ? smallLane : mainLane;
                result = Apply(stripe, slot, hash, request, now, epoch, lane, out needsRoom);
            }
            SpinGate.Exit(ref stripe->Lock);
            table.Arena.UnmapSurplus();
            evictor.Advance();
            if (needsRoom)
            {
                long size = ItemHeader.RecordSize(key.Length, Decimal64.LengthMax, ItemState.AllFields);
                if (!evictor.MakeRoom(lane, size)) break;
                continue;
            }
            if (result.Status != ArithmeticStatus.NotFound || !request.Vivify) return result;
            StoreResult created = Create(key, hash, request);
            if (created.Status == StoreStatus.Stored)
                return new(ArithmeticStatus.Created, request.Initial, created.Cas, request.VivifyExpiry);
            if (created.Status != StoreStatus.NotStored) break;
        }
        return new(ArithmeticStatus.NoMemory);
    }

    private ArithmeticResult Apply(
        Stripe* stripe, ulong* slot, ulong hash, in ArithmeticRequest request, uint now, uint epoch,
        Lane lane, out bool needsRoom)
    {
        needsRoom = false;
        ItemHeader* item = Slot.ItemOf(*slot);
        ulong oldCas = table.CasOf(item);
        if (request.HasCompareCas && (request.CompareCas == 0 || request.CompareCas != oldCas))
            return new(ArithmeticStatus.Exists);
        if (!Decimal64.TryParse(ItemHeader.Value(item), out ulong number)) return new(ArithmeticStatus.NonNumeric);
        if (!request.IsDecrement) number = unchecked(number + request.Delta);
        else number = number > request.Delta ? number - request.Delta : 0;

        // A shorter number is padded with spaces, as memcached does in place.
        Span<byte> digits = stackalloc byte[Decimal64.LengthMax];
        int length = Math.Max(Decimal64.Format(number, digits), ItemHeader.ValueLength(item));
        uint expiry = request.HasExpiry ? request.Expiry : ItemHeader.Expiry(item);
        ItemState state = item->State;
        if (expiry != 0) state |= ItemState.HasExpiry;
        if (request.ExplicitCas != 0 && table.HasCas) state |= ItemState.HasCas;
        // Counters with a short time stay together while their lane has room; only stores give it more.
        Lane? timedLane = lane == smallLane ? timedLanes.OpenFor(expiry, now) : null;
        ItemHeader* copy = timedLane is null ? null : Append(timedLane, item, length, ref state, oldCas, epoch);
        if (copy == null) copy = Append(lane, item, length, ref state, oldCas, epoch);
        needsRoom = copy == null;
        if (needsRoom) return default;
        ItemHeader.Key(item).CopyTo(new Span<byte>(ItemHeader.KeyStart(copy), item->KeyLength));
        Span<byte> value = ItemHeader.Value(copy);
        value.Fill((byte)' ');
        digits[..Decimal64.Format(number, digits)].CopyTo(value);
        if (copy->Has(ItemState.HasExpiry)) ItemHeader.SetExpiry(copy, expiry);
        if (copy->Has(ItemState.HasFlags)) ItemHeader.SetClientFlags(copy, ItemHeader.ClientFlags(item));
        if (copy->Has(ItemState.HasCas)) ItemHeader.SetCas(copy, table.TakeCas(request.ExplicitCas));
        table.NoteAccess(copy, now);
        ulong cas = table.CasOf(copy);
        ulong bits = (*slot & (Slot.HitsMask | Slot.Fetched)) | Slot.CasSeen;
        table.Link(stripe, slot, hash, copy, bits);
        table.Arena.SegmentOf(copy).Notes.Note(expiry, ItemHeader.RecordSize(copy));
        table.Bump(slot, now, default, fetched: false);
        return new(ArithmeticStatus.Done, number, cas, expiry);
    }

    // Values never change in place: readers without a lock would see half of a number. See ItemWriter for the token.
    private ItemHeader* Append(
        Lane lane, ItemHeader* item, int length, ref ItemState state, ulong oldCas, uint epoch)
    {
        ItemHeader* copy = lane.TryAppend(item->KeyLength, length, state, epoch);
        if (copy == null || (state & ItemState.HasCas) != 0 || table.CasOf(copy) > oldCas || !table.HasCas) return copy;
        if (!lane.TryShorten(copy, ItemHeader.RecordSize(copy), 0)) table.Kill(copy);
        state |= ItemState.HasCas;
        return lane.TryAppend(item->KeyLength, length, state, epoch);
    }

    private StoreResult Create(ReadOnlySpan<byte> key, ulong hash, in ArithmeticRequest request)
    {
        Span<byte> digits = stackalloc byte[Decimal64.LengthMax];
        digits = digits[..Decimal64.Format(request.Initial, digits)];
        var add = new StoreRequest
        {
            Mode = StoreMode.Add,
            Expiry = request.VivifyExpiry,
            ExplicitCas = request.ExplicitCas,
            IsKeyBinary = request.IsKeyBinary,
        };
        ItemJoin none = default;
        return writer.Put(key, hash, digits, add, ref none);
    }
}
