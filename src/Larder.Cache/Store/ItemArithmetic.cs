namespace Larder.Cache.Store;

/// <summary>incr and decr on items.</summary>
internal sealed unsafe class ItemArithmetic(ItemTable table, ItemWriter writer, Evictor evictor, Lane inserts)
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
            ArithmeticResult result = new(ArithmeticStatus.NotFound);
            SpinGate.Enter(ref stripe->Lock);
            ulong* slot = table.FindValid(stripe, hash, key, now, out _);
            if (slot != null) result = Apply(stripe, slot, hash, request, now, out needsRoom);
            SpinGate.Exit(ref stripe->Lock);
            table.Arena.UnmapSurplus();
            if (needsRoom)
            {
                if (!evictor.MakeRoom(ItemHeader.RecordSize(key.Length, Decimal64.LengthMax))) break;
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
        Stripe* stripe, ulong* slot, ulong hash, in ArithmeticRequest request, uint now, out bool needsRoom)
    {
        needsRoom = false;
        ItemHeader* item = Bucket.ItemOf(*slot);
        if (request.HasCompareCas && (request.CompareCas == 0 || request.CompareCas != item->Cas))
            return new(ArithmeticStatus.Exists);
        if (!Decimal64.TryParse(ItemHeader.Value(item), out ulong number)) return new(ArithmeticStatus.NonNumeric);
        if (!request.IsDecrement) number = unchecked(number + request.Delta);
        else number = number > request.Delta ? number - request.Delta : 0;

        Span<byte> digits = stackalloc byte[Decimal64.LengthMax];
        digits = digits[..Decimal64.Format(number, digits)];
        uint expiry = request.HasExpiry ? request.Expiry : item->Expiry;
        Span<byte> place = ItemHeader.WireValue(item)[..^ItemHeader.TerminatorSize];
        Segment segment = table.Arena.SegmentOf(item);
        // Bytes that a lease still sends must not change under it.
        if (digits.Length <= place.Length && !segment.IsPinned)
        {
            digits.CopyTo(place);
            place[digits.Length..].Fill((byte)' ');
            item->Expiry = expiry;
            segment.NoteExpiry(expiry);
        }
        else
        {
            ItemHeader* longer = inserts.TryAppend(item->KeyLength, digits.Length, (uint)hash, expiry);
            needsRoom = longer == null;
            if (needsRoom) return default;
            ItemHeader.Key(item).CopyTo(new Span<byte>((byte*)longer + ItemHeader.Size, item->KeyLength));
            Span<byte> wire = ItemHeader.WireValue(longer);
            digits.CopyTo(wire);
            "\r\n"u8.CopyTo(wire[^ItemHeader.TerminatorSize..]);
            longer->ClientFlags = item->ClientFlags;
            longer->State = item->State;
            longer->Epoch = item->Epoch;
            table.Link(stripe, slot, hash, longer);
            item = longer;
        }
        item->Cas = table.TakeCas(request.ExplicitCas);
        item->LastAccess = now;
        ItemTable.Bump(item, now, fetched: false);
        return new(ArithmeticStatus.Done, number, item->Cas, expiry);
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
        return writer.Put(key, hash, digits, add);
    }
}
