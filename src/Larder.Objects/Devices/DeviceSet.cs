using System.Collections.Concurrent;
using System.Globalization;
using Larder.Events.Native;

namespace Larder.Objects.Devices;

/// <summary>
/// The devices below a root folder: found when they appear, given up when they go, exchanged when something else is
/// mounted in their place. Lookups are free of locks; <see cref="Scan"/> is called by one thread.
/// </summary>
/// <param name="root">The root's absolute path.</param>
/// <param name="options">Of all devices.</param>
public sealed class DeviceSet(string root, DeviceOptions options)
{
    /// <summary>
    /// How long a scan waits for what it has begun to open: a disk that sleeps takes longer to spin up, and is taken by
    /// a later scan.
    /// </summary>
    private const int OpenWaitMs = 1_000;

    private readonly HashSet<int> _failing = []; // owner: the scanning thread
    private readonly ConcurrentDictionary<int, DeviceOpening> _opening = new(); // the scanning thread, then the stop
    private readonly Lock _dividing = new();
    private volatile Dictionary<int, Device> _devices = []; // owner: the scanning thread replaces it whole
    private int _workers = 1;                               // owner: _dividing

    /// <summary>The devices of this moment and the root folder, in no order.</summary>
    public IReadOnlyCollection<Device> All => _devices.Values;

    /// <summary>Options of all devices.</summary>
    public DeviceOptions Options => options;

    /// <summary>The root's absolute path.</summary>
    public string Root => root;

    /// <summary>
    /// The device of this number, or null; the root folder has <see cref="Device.RootNumber"/>. Any thread.
    /// </summary>
    public Device? Find(int number) => _devices.GetValueOrDefault(number);

    /// <summary>
    /// Divides so many workers among the devices, unless the options say how many slots each has. Any thread.
    /// </summary>
    public void Divide(int workers)
    {
        lock (_dividing)
        {
            _workers = workers;
        }
        Divide();
    }

    /// <summary>The number that a folder's name gives: <c>dev</c> and a decimal number without leading zeros.</summary>
    /// <returns>False for every other name.</returns>
    public static bool TryNumber(ReadOnlySpan<char> name, out int number)
    {
        number = 0;
        return name.StartsWith("dev", StringComparison.Ordinal)
            && int.TryParse(name[3..], NumberStyles.None, CultureInfo.InvariantCulture, out number)
            && number <= Device.NumberMax
            && (name[3] != '0' || name.Length == 4);
    }

    /// <summary>
    /// Looks for devices that have come and gone; the scanning thread.
    /// </summary>
    /// <param name="added">Called for each that has come.</param>
    /// <param name="removed">Called for each that has gone: it is not found any more, but may be in use.</param>
    /// <param name="failed">
    /// Called once for each that cannot be opened, until it can; with ETIMEDOUT while its disk has not answered.
    /// </param>
    public void Scan(Action<Device> added, Action<Device> removed, Action<int, Errno> failed)
    {
        var numbers = new HashSet<int> { Device.RootNumber };
        foreach (string path in Directory.EnumerateDirectories(root, "dev*"))
        {
            if (TryNumber(Path.GetFileName(path.AsSpan()), out int number))
            {
                numbers.Add(number);
            }
        }
        Dictionary<int, Device> next = [];
        var gone = new List<Device>();
        foreach (Device device in _devices.Values)
        {
            if (numbers.Contains(device.Number) && !device.IsMisplaced)
            {
                next.Add(device.Number, device);
            }
            else
            {
                gone.Add(device);
            }
        }
        AbandonOpening(number => !numbers.Contains(number));
        List<Device> come = OpenNew(numbers.Where(number => !next.ContainsKey(number)), failed);
        come.ForEach(device => next.Add(device.Number, device));
        _failing.IntersectWith(numbers);
        if (gone.Count == 0 && come.Count == 0)
        {
            return;
        }
        _devices = next;
        Divide();
        gone.ForEach(removed);
        come.ForEach(added);
    }

    /// <summary>Gives up what is still being opened; when nobody scans any more.</summary>
    internal void AbandonOpening() => AbandonOpening(static _ => true);

    private void AbandonOpening(Func<int, bool> isUnwanted)
    {
        foreach ((int number, DeviceOpening opening) in _opening)
        {
            if (isUnwanted(number) && _opening.TryRemove(number, out _))
            {
                opening.Abandon();
            }
        }
    }

    /// <summary>
    /// Opens devices, each on a thread of its own, so that one that hangs keeps no other waiting for longer than once
    /// <see cref="OpenWaitMs"/>.
    /// </summary>
    private List<Device> OpenNew(IEnumerable<int> numbers, Action<int, Errno> failed)
    {
        var wanted = numbers.ToList();
        bool[] isOld = [.. wanted.Select(_opening.ContainsKey)];
        wanted.ForEach(number => _opening.GetOrAdd(number, static (each, set) => set.Open(each), this));
        var come = new List<Device>();
        long endMs = Environment.TickCount64 + OpenWaitMs;
        for (int i = 0; i < wanted.Count; i++)
        {
            int number = wanted[i];
            int waitMs = isOld[i] ? 0 : (int)Math.Max(0, endMs - Environment.TickCount64);
            SysResult result = SysResult.Fail(Errno.TimedOut);
            Device? device = null;
            if (_opening.TryGetValue(number, out DeviceOpening? opening) && opening.Wait(waitMs))
            {
                _opening.TryRemove(number, out _);
                result = opening.Take(out device);
            }
            if (device != null)
            {
                _failing.Remove(number);
                come.Add(device);
            }
            else if (_failing.Add(number))
            {
                failed(number, result.Errno);
            }
        }
        return come;
    }

    private DeviceOpening Open(int number) => new(root, number, options);

    private void Divide()
    {
        lock (_dividing)
        {
            int count = _devices.Count(static pair => pair.Key != Device.RootNumber);
            foreach (Device device in _devices.Values)
            {
                device.Queue.Slots = options.Slots > 0 ? options.Slots : SlotShare.Of(_workers, count);
            }
        }
    }
}
