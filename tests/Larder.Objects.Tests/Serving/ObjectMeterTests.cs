using System.Diagnostics.Metrics;
using System.Globalization;
using Larder.Events.Native;
using Larder.Objects.Devices;
using Larder.Objects.Serving;
using Larder.Objects.Tests.Support;

namespace Larder.Objects.Tests.Serving;

/// <summary>What a collector of metrics sees of one store; others of this process have other roots.</summary>
public sealed class ObjectMeterTests
{
    [Fact]
    public void Requests_bytes_errors_and_devices_are_measured()
    {
        string root;
        using (var store = new TestStore(workers: 16))
        using (RawClient client = store.Connect())
        {
            root = store.Root;
            Assert.Equal(201, client.Put("/dev1/a", "12345"u8).Status);
            Assert.Equal("12345"u8, client.Get("/dev1/a").Body);
            Assert.Equal("12345"u8, client.Get("/dev1/a").Body);
            Assert.Equal(404, client.Get("/dev1/b").Status);
            Assert.Equal(204, client.Ask("DELETE /dev1/a HTTP/1.1\r\n\r\n").Status);
            Dictionary<string, double> seen = Collect(root);
            Assert.Equal(2, seen["larder.objects.requests method=get"]);
            Assert.Equal(1, seen["larder.objects.requests method=put"]);
            Assert.Equal(1, seen["larder.objects.requests method=delete"]);
            Assert.Equal(1, seen["larder.objects.errors"]);
            Assert.Equal(5, seen["larder.objects.bytes direction=in"]);
            Assert.Equal(10, seen["larder.objects.bytes direction=out"]);
            Assert.Equal(1, seen["larder.objects.connections"]);
            Assert.InRange(seen["larder.objects.device.operations device=dev1"], 5, 10_000);
            Assert.InRange(seen["larder.objects.device.time device=dev1"], 1e-6, 1_000);
            Assert.Equal(0, seen["larder.objects.device.errors device=dev1"]);
            Assert.Equal(0, seen["larder.objects.device.refused device=dev2"]);
            Assert.Equal(0, seen["larder.objects.device.slots.waiting device=dev2"]);
            Assert.Equal(1, seen["larder.objects.device.in_service device=dev1 trouble=none"]);
            Assert.Equal(1, seen["larder.objects.device.in_service device=dev2 trouble=none"]);
            Assert.DoesNotContain(seen.Keys, static key => key.Contains("root", StringComparison.Ordinal));
        }
        Assert.Empty(Collect(root));
    }

    [Fact]
    public void Disk_that_hangs_is_seen_at_once_and_one_that_failed_tells_why()
    {
        using var held = new HeldOperations(DeviceOperation.CreateNameless);
        using var store = new TestStore(new DeviceOptions { Faults = held, Slots = 1, ErrorsMax = 1 });
        held.Hold();
        using RawClient first = store.Connect();
        using RawClient second = store.Connect();
        first.Send("PUT /dev1/a HTTP/1.1\r\nContent-Length: 1\r\n\r\na");
        Until.True(() => held.Waiting == 1, "one hangs in the disk");
        second.Send("PUT /dev1/b HTTP/1.1\r\nContent-Length: 1\r\n\r\nb");
        Until.True(() => store.Server.Devices.Find(1)!.Queue.Waiting == 1, "one waits for its slot");
        Dictionary<string, double> seen = Collect(store.Root);
        Assert.Equal(1, seen["larder.objects.device.slots.busy device=dev1"]);
        Assert.Equal(1, seen["larder.objects.device.slots.waiting device=dev1"]);
        Assert.True(seen["larder.objects.device.running device=dev1"] > 0);
        held.Failure = Errno.InputOutput;
        held.Release();
        Assert.Equal(500, first.Read().Status);
        Until.True(
            () => Collect(store.Root).GetValueOrDefault(
                "larder.objects.device.in_service device=dev1 trouble=errors", -1) == 0,
            "it is out of service");
        Assert.InRange(Collect(store.Root)["larder.objects.device.errors device=dev1"], 1, 2);
    }

    /// <summary>One value of each, by its name and tags.</summary>
    private static Dictionary<string, double> Collect(string root)
    {
        var seen = new Dictionary<string, double>(StringComparer.Ordinal);
        using var listener = new MeterListener();
        listener.InstrumentPublished = (instrument, self) =>
        {
            bool isOurs = instrument.Meter.Name == ObjectMeter.Name
                && instrument.Meter.Tags!.Any(tag => tag.Key == "root" && (string?)tag.Value == root);
            if (isOurs)
            {
                self.EnableMeasurementEvents(instrument);
            }
        };
        listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => Add(instrument, value, tags));
        listener.SetMeasurementEventCallback<int>((instrument, value, tags, _) => Add(instrument, value, tags));
        listener.SetMeasurementEventCallback<double>((instrument, value, tags, _) => Add(instrument, value, tags));
        listener.Start();
        listener.RecordObservableInstruments();
        return seen;

        void Add(Instrument instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
        {
            string name = instrument.Name;
            foreach ((string key, object? tag) in tags)
            {
                name += string.Create(CultureInfo.InvariantCulture, $" {key}={tag}");
            }
            seen.Add(name, value);
        }
    }
}
