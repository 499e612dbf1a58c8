using System.Diagnostics.Metrics;
using Larder.Events.Driving;
using Larder.Objects.Devices;

namespace Larder.Objects.Serving;

/// <summary>
/// What a store has done and what state its devices are in, for whoever collects metrics: the meter
/// <c>Larder.Objects</c>. Everything is read when it is collected; requests pay nothing for it.
/// </summary>
/// <remarks>Names and units follow OpenTelemetry; the list stands in docs/operating/objects.md.</remarks>
internal sealed class ObjectMeter : IDisposable
{
    /// <summary>The meter's name.</summary>
    public const string Name = "Larder.Objects";

    private const double NsPerSecond = 1_000_000_000;
    private const string DeviceKey = "device";

    private readonly StreamServer _server;
    private readonly DeviceSet _devices;
    private readonly Meter _meter;

    /// <param name="server">What drives the store.</param>
    /// <param name="devices">The store's.</param>
    public ObjectMeter(StreamServer server, DeviceSet devices)
    {
        _server = server;
        _devices = devices;
        _meter = new Meter(new MeterOptions(Name) { Tags = [new("root", devices.Root)] });
        _meter.CreateObservableCounter("larder.objects.requests", Requests, "{request}", "Answers without an error");
        _meter.CreateObservableCounter(
            "larder.objects.errors", () => Sum(static each => each.Errors), "{request}", "Answers with 400 or more");
        _meter.CreateObservableCounter("larder.objects.bytes", Bytes, "By", "Bytes of bodies");
        _meter.CreateObservableUpDownCounter(
            "larder.objects.connections", () => _server.CurrentConnections, "{connection}", "Clients now");
        OfDevices("operations", static each => each.Health.Operations, "{operation}", "System calls on the disk");
        OfDevices("errors", static each => each.Health.Errors, "{error}", "Those that failed by its fault");
        OfDevices("time", static each => each.Health.TotalNs / NsPerSecond, "s", "Time spent in them, together");
        OfDevices("refused", static each => each.Queue.Refused + each.Queue.Expired, "{request}",
            "Requests that waited for too long, or found too many waiting");
        OfDevicesNow("running", static each => each.Health.RunningNs / NsPerSecond, "s", "Age of the oldest of them");
        OfDevicesNow("slots.busy", static each => each.Queue.Busy, "{slot}", "Threads at the disk");
        OfDevicesNow("slots.waiting", static each => each.Queue.Waiting, "{request}", "Requests that wait for one");
        _meter.CreateObservableGauge(
            "larder.objects.device.in_service", InService, "1", "1, or 0 with what is wrong as trouble");
    }

    /// <inheritdoc/>
    public void Dispose() => _meter.Dispose();

    private static Measurement<T> Of<T>(T value, Device device)
        where T : struct => new(value, new KeyValuePair<string, object?>(DeviceKey, device.Name));

    private void OfDevices<T>(string name, Func<Device, T> value, string unit, string meaning)
        where T : struct
        => _meter.CreateObservableCounter($"larder.objects.device.{name}", () => Each(value), unit, meaning);

    private void OfDevicesNow<T>(string name, Func<Device, T> value, string unit, string meaning)
        where T : struct
        => _meter.CreateObservableGauge($"larder.objects.device.{name}", () => Each(value), unit, meaning);

    private IEnumerable<Measurement<T>> Each<T>(Func<Device, T> value)
        where T : struct
        => _devices.All.Where(IsDisk).Select(device => Of(value(device), device));

    private static bool IsDisk(Device device) => device.Number != Device.RootNumber;

    private IEnumerable<Measurement<int>> InService() => _devices.All.Where(IsDisk).Select(static device =>
    {
        DeviceTrouble trouble = device.Health.Trouble;
        return new Measurement<int>(
            trouble == DeviceTrouble.None ? 1 : 0,
            new(DeviceKey, device.Name),
            new("trouble", trouble.ToString().ToLowerInvariant()));
    });

    private Measurement<long>[] Requests() =>
    [
        new(Sum(static each => each.Gets), new KeyValuePair<string, object?>("method", "get")),
        new(Sum(static each => each.Puts), new KeyValuePair<string, object?>("method", "put")),
        new(Sum(static each => each.Deletes), new KeyValuePair<string, object?>("method", "delete")),
    ];

    private Measurement<long>[] Bytes() =>
    [
        new(Sum(static each => each.BytesIn), new KeyValuePair<string, object?>("direction", "in")),
        new(Sum(static each => each.BytesOut), new KeyValuePair<string, object?>("direction", "out")),
    ];

    private long Sum(Func<ObjectCounters, long> counter)
        => _server.Turns.Sum(turn => turn.State is ObjectThread thread ? counter(thread.Counters) : 0);
}
