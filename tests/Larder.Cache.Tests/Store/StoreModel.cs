using System.Globalization;
using System.Text;
using Larder.Cache.Store;

namespace Larder.Cache.Tests.Store;

/// <summary>The rules of the store in slow and obvious code: a dictionary, and no memory limit.</summary>
internal sealed class StoreModel(StoreClock clock, int itemSizeMax)
{
    private readonly Dictionary<string, Item> _items = [];
    private uint? _flushAt;

    /// <summary>The valid item, without any mark.</summary>
    public Item? Peek(string key)
    {
        ApplyFlush();
        if (!_items.TryGetValue(key, out Item? item)) return null;
        if (item.Expiry == 0 || item.Expiry > clock.Now) return item;
        _items.Remove(key);
        return null;
    }

    /// <summary>Eviction has taken a key's item, or a state from before is to stand again.</summary>
    public void Restore(string key, Item? item)
    {
        if (item is null) _items.Remove(key);
        else _items[key] = item;
    }

    public List<string> ValidKeys() => [.. _items.Keys.ToList().Where(key => Peek(key) is not null)];

    public void FlushAll(uint at)
    {
        ApplyFlush();
        _flushAt = at;
        ApplyFlush();
    }

    public void DeletePrefix(string prefix)
    {
        ApplyFlush();
        foreach (string key in _items.Keys.Where(key => key.StartsWith(prefix, StringComparison.Ordinal)).ToList())
            _items.Remove(key);
    }

    public DeleteStatus Delete(string key) =>
        Peek(key) is not null && _items.Remove(key) ? DeleteStatus.Deleted : DeleteStatus.NotFound;

    public bool Touch(string key, uint expiry)
    {
        if (Peek(key) is not { } item) return false;
        item.Expiry = expiry;
        item.IsFetched = true;
        item.LastAccess = clock.Now;
        return true;
    }

    public bool Edit(string key, in Editing editing, ulong newCas)
    {
        if (Peek(key) is not { } item) return false;
        if (editing.Deletes) return _items.Remove(key);
        item.Expiry = editing.Expiry ?? item.Expiry;
        item.ClientFlags = editing.ClientFlags ?? item.ClientFlags;
        item.IsStale = editing.IsStale ?? item.IsStale;
        item.IsWon = editing.IsWon ?? item.IsWon;
        if (editing.RenewsCas) item.Cas = newCas;
        if (editing.Clears) (item.Value, item.ClientFlags) = ([], 0);
        item.IsFetched = true;
        item.LastAccess = clock.Now;
        return true;
    }

    public StoreStatus Store(string key, byte[] value, StoreRequest request, ulong newCas)
    {
        Item? old = Peek(key);
        bool isJoin = request.Mode is StoreMode.Append or StoreMode.Prepend;
        bool isStale = false;
        if (old is null)
        {
            if (request.Mode == StoreMode.Cas) return StoreStatus.NotFound;
            if (request.Mode == StoreMode.Replace || (isJoin && !request.Vivify)) return StoreStatus.NotStored;
        }
        else
        {
            if (request.Mode == StoreMode.Add)
            {
                old.LastAccess = clock.Now;
                return StoreStatus.NotStored;
            }
            bool compares = request.Mode == StoreMode.Cas || (isJoin && request.HasCompareCas);
            if (compares && (request.CompareCas == 0 || request.CompareCas != old.Cas))
            {
                isStale = request.Mode == StoreMode.Cas && request.Invalidate && request.CompareCas > 0
                    && request.CompareCas < old.Cas;
                if (!isStale) return StoreStatus.Exists;
            }
        }
        bool joins = isJoin && old is not null;
        byte[] front = request.Mode == StoreMode.Append && joins ? old!.Value : [];
        byte[] back = request.Mode == StoreMode.Prepend && joins ? old!.Value : [];
        byte[] whole = [.. front, .. value, .. back];
        uint flags = joins ? old!.ClientFlags : request.ClientFlags;
        if (56 + key.Length + 1 + whole.Length + 2 + (flags != 0 ? 4 : 0) > itemSizeMax)
        {
            if (request.DeleteOnFailure) _items.Remove(key);
            return StoreStatus.TooLarge;
        }
        _items[key] = new Item
        {
            Value = whole,
            ClientFlags = flags,
            Expiry = joins || isStale ? old!.Expiry : request.Expiry,
            Cas = newCas,
            LastAccess = clock.Now,
            IsStale = isStale,
            IsWon = request.IsWon || (isStale && old!.IsWon),
            IsKeyBinary = joins ? old!.IsKeyBinary : request.IsKeyBinary,
        };
        return request.ExplicitCas == 0 || request.ExplicitCas == newCas ? StoreStatus.Stored : StoreStatus.Exists;
    }

    public (ArithmeticStatus Status, ulong Value) Count(string key, ArithmeticRequest request, ulong newCas)
    {
        if (Peek(key) is not { } item)
        {
            if (!request.Vivify) return (ArithmeticStatus.NotFound, 0);
            var create = new StoreRequest { Expiry = request.VivifyExpiry, IsKeyBinary = request.IsKeyBinary };
            Store(key, StoreBench.Bytes(request.Initial.ToString(CultureInfo.InvariantCulture)), create, newCas);
            return (ArithmeticStatus.Created, request.Initial);
        }
        if (request.HasCompareCas && request.CompareCas != item.Cas) return (ArithmeticStatus.Exists, 0);
        string text = Encoding.Latin1.GetString(item.Value);
        CultureInfo culture = CultureInfo.InvariantCulture;
        bool isNumber = ulong.TryParse(text.Split(' ')[0], NumberStyles.None, culture, out ulong number);
        if (!isNumber || text.Length > 20) return (ArithmeticStatus.NonNumeric, 0);
        number = !request.IsDecrement ? unchecked(number + request.Delta) : number - Math.Min(number, request.Delta);
        string result = number.ToString(CultureInfo.InvariantCulture);
        item.Value = StoreBench.Bytes(result.PadRight(item.Value.Length, ' '));
        item.Cas = newCas;
        item.LastAccess = clock.Now;
        if (request.HasExpiry) item.Expiry = request.Expiry;
        return (ArithmeticStatus.Done, number);
    }

    private void ApplyFlush()
    {
        if (_flushAt is not { } at || at > clock.Now) return;
        _flushAt = null;
        _items.Clear();
    }

    /// <summary>What the model knows of an item.</summary>
    internal sealed class Item
    {
        public required byte[] Value { get; set; }
        public uint ClientFlags { get; set; }
        public uint Expiry { get; set; }
        public ulong Cas { get; set; }
        public uint LastAccess { get; set; }
        public bool IsFetched { get; set; }
        public bool IsStale { get; set; }
        public bool IsWon { get; set; }
        public bool IsKeyBinary { get; set; }

        public Item Copy() => (Item)MemberwiseClone();
    }
}
