using System.Diagnostics;
using System.Globalization;
using Larder.Cache.Store;

namespace Larder.Bench.Store;

/// <summary>
/// The longest time that a single get or set takes a thread while the store does what takes it long: growth,
/// eviction, mass expiry, a limit that moves, ghosts that are fitted. The store is maintained as a server's is: the
/// thread itself takes slices of the work with items between its calls, which are counted as calls, since clients
/// would wait for them; a second thread keeps time and sees to the memory. Prints a row for each phase: calls, the
/// longest ones by processor time and by the clock and what happened in them, segments emptied, and steps that a
/// call waited for. After each row comes one of its control: calls that read random lines of a block as large as
/// the store and do nothing else, in turns with those of the phase and for as long. What the control meets, too, is
/// the machine's.
/// <code>Larder.Bench stalls [MEBIBYTES [VALUE BYTES]]</code>
/// </summary>
internal sealed class StallRun : IDisposable
{
    private const int KeyLength = 10;
    private const int LargeValue = 4000;

    // What Housekeeper asks for: items in a slice, slices in a millisecond while there is more.
    private const int SliceBudget = 200;
    private const int SlicesOfPeriod = 2;

    /// <summary>So many calls at least between two slices: a turn of some clients.</summary>
    private const int CallsBetween = 100;

    /// <summary>So many calls of the store, then as long a time of the control.</summary>
    private const int CallsOfTurn = 2_000;

    /// <summary>Lines that a call of the control reads: about as long as a call of the store.</summary>
    private const int LinesOfControl = 8;

    private readonly StoreClock _clock = new(1_000_000_000, isPaused: true);
    private readonly ItemStore _store;
    private readonly long _memory;
    private readonly byte[] _value;
    private readonly byte[] _large = new byte[LargeValue];
    private readonly byte[] _key = new byte[KeyLength];
    private readonly Thread _maintenance;
    private readonly byte[] _block;
    private readonly Random _random = new(1);
    private volatile bool _isOver;
    private volatile int _slices;       // owner: the maintenance while it is 0, the storing thread otherwise
    private int _callsSince;
    private long _next;
    private StallTally _control = new();
    private int _callsLeft = CallsOfTurn;
    private long _turnBegan;

    private StallRun(long memory, int valueLength)
    {
        _memory = memory;
        _value = new byte[valueLength];
        _block = new byte[memory];
        _block.AsSpan().Fill(1);
        _store = new ItemStore(new ItemStoreOptions { MemoryLimitBytes = memory }, _clock);
        _maintenance = new Thread(Maintain) { Name = "maintenance", IsBackground = true };
        _maintenance.Start();
    }

    /// <summary>Measures and prints.</summary>
    public static void Run(string[] args)
    {
        long mebibytes = args.Length > 0 ? long.Parse(args[0], CultureInfo.InvariantCulture) : 64;
        int valueLength = args.Length > 1 ? int.Parse(args[1], CultureInfo.InvariantCulture) : 10;
        // Once on a small store, so that all code is compiled.
        using (var warm = new StallRun(ItemStore.MemoryLimitMin * 4, valueLength)) warm.MeasureAll(static _ => { });
        Console.WriteLine($"-m {mebibytes}, keys of {KeyLength} and values of {valueLength} bytes, microseconds");
        Console.WriteLine();
        Console.WriteLine(StallTally.Head + "| segments emptied | steps waited for |");
        Console.WriteLine(StallTally.Rule + "|---|---|");
        using var run = new StallRun(mebibytes << 20, valueLength);
        run.MeasureAll(Console.WriteLine);
    }

    public void Dispose()
    {
        _isOver = true;
        _maintenance.Join();
        _store.Dispose();
    }

    private void MeasureAll(Action<string> print)
    {
        long capacity = 0;
        print(Measure("index grows, empty to full", tally =>
        {
            while (_store.Totals().Evictions == 0)
            {
                for (int count = 0; count < 1000; count++) SetAndGet(tally, _value, 0);
            }
            capacity = _next;
        }));
        print(Measure("eviction", tally => Repeat(capacity * 2, () => SetAndGet(tally, _value, 0))));
        print(Measure("all expires at once", tally =>
        {
            uint expiry = _clock.ExpiryOf(60);
            for (long number = 0; number < capacity; number++) Set(tally, _next++, _value, expiry);
            _clock.Move(61);
            Repeat(capacity, () => SetAndGet(tally, _value, 0));
        }));
        print(Measure("limit by half, and up again", tally =>
        {
            Repeat(capacity, () => SetAndGet(tally, _value, 0));
            _ = _store.SetMemoryLimit(_memory / 2);
            Repeat(capacity, () => SetAndGet(tally, _value, 0));
            _ = _store.SetMemoryLimit(_memory);
            Repeat(capacity, () => SetAndGet(tally, _value, 0));
        }));
        print(Measure("4,000-byte values, and small again", tally =>
        {
            Repeat(2 * _memory / LargeValue, () => SetAndGet(tally, _large, 0));
            Repeat(capacity * 2, () => SetAndGet(tally, _value, 0));
        }));
        print(Measure("hot all over, and new keys", tally =>
        {
            long begin = _next - capacity;
            for (int round = 0; round < 3; round++)
                for (long number = 0; number < capacity; number++) Get(tally, begin + number);
            Repeat(capacity, () => SetAndGet(tally, _value, 0));
        }));
        print(Measure("flush_all", tally =>
        {
            _store.FlushAll();
            Repeat(capacity, () => SetAndGet(tally, _value, 0));
        }));
    }

    private string Measure(string phase, Action<StallTally> work)
    {
        StoreTotals before = _store.Totals();
        var tally = new StallTally();
        _control = new StallTally();
        BeginTurn();
        work(tally);
        StoreTotals after = _store.Totals();
        string own = tally.Row(phase) + string.Create(CultureInfo.InvariantCulture,
            $"| {after.SegmentsEmptied - before.SegmentsEmptied} | {after.SegmentDemands - before.SegmentDemands} |");
        return $"{own}{Environment.NewLine}{_control.Row("*control*")}| | |";
    }

    private void Time(StallTally tally, Action<(StallRun Run, long Number, byte[] Value, uint Expiry)> call,
        (StallRun Run, long Number, byte[] Value, uint Expiry) state)
    {
        tally.Time(call, state);
        if (_slices > 0 && ++_callsSince >= CallsBetween)
        {
            _callsSince = 0;
            tally.Time(static run => run.MaintainItems(), this);
        }
        if (--_callsLeft > 0) return;
        long now = Stopwatch.GetTimestamp();
        long end = now + (now - _turnBegan);
        _control.Restart();
        while (Stopwatch.GetTimestamp() < end) _control.Time(static run => run.ReadLines(), this);
        tally.Restart();
        BeginTurn();
    }

    private void BeginTurn()
    {
        _callsLeft = CallsOfTurn;
        _turnBegan = Stopwatch.GetTimestamp();
    }

    private int ReadLines()
    {
        int sum = 0;
        for (int line = 0; line < LinesOfControl; line++) sum += _block[_random.Next(_block.Length)];
        return sum;
    }

    private static void Repeat(long count, Action action)
    {
        for (long done = 0; done < count; done++) action();
    }

    private void SetAndGet(StallTally tally, byte[] value, uint expiry)
    {
        long number = _next++;
        Set(tally, number, value, expiry);
        Get(tally, number - number % 64 * 1000);
    }

    private void Set(StallTally tally, long number, byte[] value, uint expiry) =>
        Time(tally, static call => call.Run.Set(call.Number, call.Value, call.Expiry), (this, number, value, expiry));

    private void Get(StallTally tally, long number) =>
        Time(tally, static call => call.Run.Get(call.Number), (this, number, _value, 0));

    private void Set(long number, byte[] value, uint expiry)
    {
        _ = number.TryFormat(_key, out _, "D10", CultureInfo.InvariantCulture);
        StoreResult result = _store.Store(
            _key, _store.Hash(_key), value, new StoreRequest { Expiry = expiry, DiscardsCas = true });
        if (result.Status != StoreStatus.Stored) throw new InvalidOperationException($"{result.Status} of {number}");
    }

    private void Get(long number)
    {
        _ = Math.Max(number, 0).TryFormat(_key, out _, "D10", CultureInfo.InvariantCulture);
        var reader = default(Reader);
        _ = _store.Find(_key, _store.Hash(_key), ref reader);
    }

    private void MaintainItems() => _slices = _store.MaintainItems(SliceBudget) ? _slices - 1 : 0;

    private void Maintain()
    {
        using var pause = new ManualResetEventSlim();
        while (!_isOver)
        {
            if (_slices == 0) _slices = SlicesOfPeriod;
            _ = _store.MaintainMemory();
            pause.Wait(1);
        }
    }

    private struct Reader : IItemReader
    {
        public int Length;

        public void Read(scoped ItemView item) => Length += item.Value.Length;
    }
}
