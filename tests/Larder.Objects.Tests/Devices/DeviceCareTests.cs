using Larder.Objects.Devices;
using Larder.Objects.Tests.Support;

namespace Larder.Objects.Tests.Devices;

/// <summary>A device's own thread does its duties when they are due, and when asked.</summary>
public sealed class DeviceCareTests
{
    private const int NeverMs = int.MaxValue;

    [Fact]
    public void Duty_is_done_at_the_start_when_due_and_when_asked()
    {
        var often = new Often();
        var once = new Once();
        using Device device = Root();
        var care = new DeviceCare(device, [often, once]);
        care.Start();
        Until.True(() => often.Done > 10 && once.Done == 1, "duties are done");
        care.Wake<Once>();
        Until.True(() => once.Done == 2, "the duty is done when asked");
        Assert.True(care.Stop(RawClient.DeadlineMs));
        int done = often.Done;
        care.Wake<Often>();
        Assert.Equal((done, 2), (often.Done, once.Done));
    }

    [Fact]
    public void Cares_that_hang_are_left_behind_and_counted()
    {
        using var gate = new ManualResetEventSlim();
        var hanging = new Hanging(gate);
        using Device device = Root(number: 7);
        var cares = new DeviceCares(_ => [hanging]);
        cares.Add(device);
        using Device root = Root();
        cares.Add(root); // the root folder is cared for by nobody
        Until.True(() => hanging.IsAt, "the duty hangs");
        Assert.Equal(1, cares.Stop(timeoutMs: 1));
        cares.Add(root);
        gate.Set();
        Assert.Equal(0, cares.Stop(RawClient.DeadlineMs));
        Assert.True(hanging.SawStop);
    }

    private static Device Root(int number = Device.RootNumber)
    {
        string folder = Path.GetTempPath();
        if (number != Device.RootNumber)
        {
            folder = Directory.CreateTempSubdirectory("larder-care-").FullName;
            Directory.CreateDirectory(Path.Join(folder, $"dev{number}"));
        }
        Assert.False(Device.Open(folder, number, new DeviceOptions(), out Device? device).IsError);
        if (number != Device.RootNumber)
        {
            Directory.Delete(folder, recursive: true);
        }
        return device!;
    }

    private sealed class Often : IDeviceDuty
    {
        private int _done;

        public int Done => Volatile.Read(ref _done);

        public int Run(DeviceCare care)
        {
            _done++;
            return 0;
        }
    }

    private sealed class Once : IDeviceDuty
    {
        private int _done;

        public int Done => Volatile.Read(ref _done);

        public int Run(DeviceCare care)
        {
            _done++;
            return NeverMs;
        }
    }

    private sealed class Hanging(ManualResetEventSlim gate) : IDeviceDuty
    {
        private volatile bool _isAt;

        public bool IsAt => _isAt;

        public bool SawStop { get; private set; }

        public int Run(DeviceCare care)
        {
            _isAt = true;
            gate.Wait();
            SawStop = care.IsStopping;
            return NeverMs;
        }
    }
}
