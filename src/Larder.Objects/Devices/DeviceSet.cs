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
    private readonly HashSet<int> _failing = []; // owner: the scanning thread
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
    /// <param name="failed">Called once for each that cannot be opened, until it can.</param>
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
        var come = new List<Device>();
        foreach (int number in numbers)
        {
            if (next.ContainsKey(number))
            {
                continue;
            }
            SysResult result = Device.Open(root, number, options, out Device? device);
            if (!result.IsError)
            {
                _failing.Remove(number);
                next.Add(number, device!);
                come.Add(device!);
            }
            else if (_failing.Add(number))
            {
                failed(number, result.Errno);
            }
        }
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
