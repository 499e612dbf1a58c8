using Larder.Cache.Store;

namespace Larder.Cache.Tests.Store;

/// <summary>
/// Random operations on a store and on its model, side by side; the clock moves by jumps. An answer that the rules do
/// not give is what <see cref="Step"/> returns. Where items may be evicted, a missing one is forgotten by the model as
/// well, so that it must not come back.
/// </summary>
internal sealed class ModelRun : IDisposable
{
    private const int PendingMax = 3;

    private readonly ModelSettings _settings;
    private readonly StoreBench _bench;
    private readonly StoreModel _model;
    private readonly Random _random;
    private readonly HashSet<ulong> _tokens = [];
    private readonly List<Pending> _pending = [];

    public ModelRun(ModelSettings settings, int seed)
    {
        _settings = settings;
        _random = new Random(seed);
        _bench = new StoreBench(settings.Memory, settings.ItemSizeMax, !settings.MayRefuse, hashPower: 12);
        _model = new StoreModel(_bench.Clock, settings.ItemSizeMax);
        // Times of access are kept from the first time on that somebody asks for one.
        _bench.Put("asked", "1");
        _bench.Find("asked", out _);
        _bench.Delete("asked");
    }

    public StoreBench Bench => _bench;

    public void Dispose()
    {
        while (_pending.Count > 0)
        {
            ItemReservation place = TakePending().Place;
            _bench.Store.Abandon(ref place);
        }
        _bench.Dispose();
    }

    /// <summary>One operation. Empty, or what was wrong.</summary>
    public string Step()
    {
        string key = new string('k', _random.Next(1, 10)) + _random.Next(_settings.Keys);
        return _random.Next(13) switch
        {
            0 => PassTime(),
            1 => Administrate(),
            2 => Mutate(key, "delete", () => _bench.Delete(key), () => _model.Delete(key)),
            3 => Touch(key),
            4 => Count(key),
            5 => Edit(key),
            <= 8 => Find(key),
            _ => Store(key),
        };
    }

    /// <summary>All items at once, and the books. Empty, or what was wrong.</summary>
    public string Compare()
    {
        Dictionary<string, Shown> all = _bench.All(_random.Next(1, 500));
        int found = 0;
        foreach (string key in _model.ValidKeys())
        {
            if (all.TryGetValue(key, out Shown shown))
            {
                string difference = Difference(_model.Peek(key)!, shown);
                if (difference.Length > 0) return difference;
                found++;
            }
            else if (_settings.MayMiss)
            {
                _model.Restore(key, null);
            }
            else
            {
                return $"{key} is missing";
            }
        }
        return found == all.Count ? "" : $"{all.Count} items, the model has {found}";
    }

    private string PassTime()
    {
        // Seldom enough that a run stays within the hours in which times of access are exact (docs/internals/store.md).
        _bench.Clock.Move(_random.Next(10) == 0 ? _random.Next(10) : 0);
        _bench.Store.Maintain(_random.Next(200));
        return "";
    }

    private string Administrate()
    {
        if (_settings.MovesLimit && _random.Next(100) == 0)
            _bench.Store.SetMemoryLimit(_random.NextInt64(_settings.Memory / 2, _settings.Memory + 1));
        if (_random.Next(200) == 0) DeletePrefix();
        if (_random.Next(4000) != 0) return "";
        uint at = _random.Next(2) == 0 ? 0 : _bench.Clock.Now + (uint)_random.Next(5);
        _bench.Store.FlushAll(at);
        _model.FlushAll(at);
        return "";
    }

    private void DeletePrefix()
    {
        // A part of the keys of one length, or of some; refused where too many are under way.
        string prefix = new string('k', _random.Next(1, 10)) + (_random.Next(4) == 0 ? "" : _random.Next(100));
        if (_bench.Store.DeletePrefix(StoreBench.Bytes(prefix))) _model.DeletePrefix(prefix);
    }

    private string Find(string key)
    {
        FindOptions options = _random.Next(4) == 0 ? FindOptions.NoBump : FindOptions.None;
        bool isHit = _bench.Find(key, out Shown shown, options) == FindStatus.Hit;
        StoreModel.Item? expected = _model.Peek(key);
        if (!isHit && _settings.MayMiss) _model.Restore(key, null);
        else if (!isHit || expected is null) return Same("find " + key, expected is not null, isHit);
        if (!isHit) return "";
        string difference = Difference(expected!, shown);
        if (options != FindOptions.None) return difference;
        expected!.IsFetched = true;
        expected.LastAccess = _bench.Clock.Now;
        return difference;
    }

    private string Touch(string key)
    {
        uint expiry = _bench.Clock.ExpiryOf(_random.Next(-1, 30));
        return Edit(key, new Editing { Expiry = expiry });
    }

    private string Edit(string key)
    {
        var editing = new Editing
        {
            Expiry = _random.Next(2) == 0 ? _bench.Clock.ExpiryOf(_random.Next(0, 60)) : null,
            ClientFlags = _random.Next(3) == 0 ? (uint)_random.Next(3) : null,
            IsStale = _random.Next(3) == 0 ? _random.Next(2) == 0 : null,
            IsWon = _random.Next(3) == 0 ? _random.Next(2) == 0 : null,
            RenewsCas = _random.Next(4) == 0,
            Clears = _random.Next(10) == 0,
            Deletes = _random.Next(10) == 0,
        };
        return Edit(key, editing);
    }

    private string Edit(string key, Editing editing)
    {
        uint expiryBefore = _model.Peek(key)?.Expiry ?? 0;
        ulong token = 0;
        return Mutate(
            key,
            "edit",
            () =>
            {
                bool isHit = _bench.Edit(key, ref editing) == FindStatus.Hit;
                if (!isHit || editing.Deletes) return isHit;
                if (_bench.Find(key, out Shown after, FindOptions.NoBump) != FindStatus.Hit) return isHit;
                token = after.Cas;
                // Without any memory for a longer record the item keeps the time that it has.
                if (_settings.MayRefuse && after.Expiry == expiryBefore) editing.Expiry = null;
                if (_settings.MayRefuse && after.ClientFlags == editing.Before.ClientFlags) editing.ClientFlags = null;
                if (_settings.MayRefuse && token == editing.Before.Cas) editing.RenewsCas = false;
                if (editing.RenewsCas) NoteToken(token);
                return isHit;
            },
            () => _model.Edit(key, editing, token));
    }

    private string Store(string key)
    {
        StoreRequest request = MakeRequest(_model.Peek(key)?.Cas ?? 5);
        byte[] value = MakeValue();
        if (_pending.Count > 0 && _random.Next(4) == 0) return EndPending();
        if (_random.Next(3) != 0)
            return Store(key, value, request, () => _bench.Put(key, value, request));
        ReserveStatus status = _bench.Reserve(key, value.Length, request, out ItemReservation place);
        if (status == ReserveStatus.Reserved)
        {
            value.CopyTo(place.Value);
            place.Advance(value.Length);
            _pending.Add(new Pending(place, key, value, request));
            return _pending.Count > PendingMax ? EndPending() : "";
        }
        if (request.DeleteOnFailure) _model.Restore(key, null);
        if (status == ReserveStatus.TooLarge)
            return Same("reserve too large", true, value.Length > _settings.ItemSizeMax - 400);
        return Same("reserve", true, _settings.MayRefuse);
    }

    // A value that has come while others were stored: what counts is how things are now.
    private string EndPending()
    {
        Pending pending = TakePending();
        ItemReservation place = pending.Place;
        if (_random.Next(4) == 0)
        {
            _bench.Store.Abandon(ref place);
            return "";
        }
        return Store(pending.Key, pending.Value, pending.Request, () => _bench.Store.Commit(ref place));
    }

    private Pending TakePending()
    {
        int index = _random.Next(_pending.Count);
        Pending pending = _pending[index];
        _pending.RemoveAt(index);
        return pending;
    }

    private string Store(string key, byte[] value, StoreRequest request, Func<StoreResult> store)
    {
        StoreResult result = default;
        return Mutate(
            key,
            $"{request.Mode} {key} of {value.Length}",
            () =>
            {
                result = store();
                if (result.Status == StoreStatus.Stored && request.ExplicitCas == 0) NoteToken(result.Cas);
                return result.Status;
            },
            () =>
            {
                if (result.Status != StoreStatus.NoMemory || !_settings.MayRefuse)
                    return _model.Store(key, value, request, result.Cas);
                if (request.DeleteOnFailure) _model.Restore(key, null);
                return result.Status;
            });
    }

    private string Count(string key)
    {
        var request = new ArithmeticRequest
        {
            IsDecrement = _random.Next(2) == 0,
            Delta = _random.Next(2) == 0 ? (ulong)_random.Next(100) : (ulong)_random.NextInt64(),
            HasCompareCas = _random.Next(5) == 0,
            CompareCas = _model.Peek(key)?.Cas ?? 0,
            Vivify = _random.Next(3) == 0,
            Initial = (ulong)_random.Next(20),
            VivifyExpiry = _bench.Clock.ExpiryOf(_random.Next(0, 30)),
            HasExpiry = _random.Next(3) == 0,
            Expiry = _bench.Clock.ExpiryOf(_random.Next(0, 30)),
        };
        ArithmeticResult result = default;
        return Mutate(
            key,
            "count " + key,
            () =>
            {
                result = _bench.Count(key, request);
                if (result.Status is ArithmeticStatus.Done or ArithmeticStatus.Created) NoteToken(result.Cas);
                return (result.Status, result.Value);
            },
            () => result.Status == ArithmeticStatus.NoMemory && _settings.MayRefuse
                ? (result.Status, result.Value) : _model.Count(key, request, result.Cas));
    }

    // Where items may be evicted, this one may have been in the middle of the operation, which the answer does not
    // always tell: then what is there now tells.
    private string Mutate<T>(string key, string what, Func<T> onStore, Func<T> onModel)
    {
        StoreModel.Item? before = _model.Peek(key)?.Copy();
        T found = onStore();
        string difference = Same(what, onModel(), found);
        if (!_settings.MayMiss) return difference;
        if (difference.Length == 0) difference = Verify(key);
        if (difference.Length == 0 || before is null) return difference;
        _model.Restore(key, null);
        return Same(what, onModel(), found) + Verify(key);
    }

    private string Verify(string key)
    {
        bool isHit = _bench.Find(key, out Shown shown, FindOptions.NoBump) == FindStatus.Hit;
        if (!isHit) _model.Restore(key, null);
        if (!isHit) return "";
        return _model.Peek(key) is { } expected ? Difference(expected, shown) : $"{key} is there again";
    }

    private byte[] MakeValue()
    {
        int length = _random.Next(40) == 0 ? _random.Next(_settings.LargeMax) : _random.Next(300);
        var value = new byte[_random.Next(10) == 0 ? 0 : length];
        _random.NextBytes(value);
        // No number and no white space in front: what is a number then depends on the digits below alone.
        if (value.Length > 0) value[0] |= 0x80;
        return _random.Next(4) == 0 ? StoreBench.Bytes(_random.NextInt64(long.MaxValue).ToString()) : value;
    }

    private StoreRequest MakeRequest(ulong cas)
    {
        var mode = (StoreMode)_random.Next(6);
        return new StoreRequest
        {
            Mode = mode,
            HasCompareCas = mode == StoreMode.Cas || _random.Next(3) == 0,
            ClientFlags = (uint)_random.Next(3),
            Expiry = _bench.Clock.ExpiryOf(_random.Next(4) == 0 ? _random.Next(-1, 30) : 0),
            CompareCas = _random.Next(3) == 0 ? (ulong)_random.Next(50) : cas,
            Invalidate = _random.Next(2) == 0,
            Vivify = _random.Next(3) == 0,
            IsKeyBinary = _random.Next(5) == 0,
            IsWon = _random.Next(5) == 0,
            DeleteOnFailure = _random.Next(2) == 0,
            ExplicitCas = _random.Next(10) == 0 ? (ulong)_random.Next(1, 1_000_000) : 0,
        };
    }

    // Tokens that the store makes are above those that the requests above ask for.
    private void NoteToken(ulong token) => Assert.True(_tokens.Add(token), $"token {token} is given a second time");

    private static string Difference(StoreModel.Item expected, in Shown shown)
    {
        if (!shown.Value.AsSpan().SequenceEqual(expected.Value)) return $"value of {shown.Key}";
        var left = (expected.ClientFlags, expected.Cas, expected.Expiry, expected.LastAccess, expected.IsFetched);
        var right = (shown.ClientFlags, shown.Cas, shown.Expiry, shown.LastAccess, shown.IsFetched);
        return Same("fields of " + shown.Key, left, right)
            + Same("marks of " + shown.Key, (expected.IsStale, expected.IsWon, expected.IsKeyBinary),
                (shown.IsStale, shown.IsWon, shown.IsKeyBinary));
    }

    private static string Same<T>(string what, T expected, T found) =>
        EqualityComparer<T>.Default.Equals(expected, found) ? "" : $"{what}: expected {expected}, found {found}; ";

    /// <summary>A reservation whose value has come, not committed yet.</summary>
    private sealed record Pending(ItemReservation Place, string Key, byte[] Value, StoreRequest Request);
}
