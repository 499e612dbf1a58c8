using System.Diagnostics;
using Larder.Events.Native;
using Larder.Objects.Devices;

namespace Larder.Objects.Tests.Devices;

/// <summary>When a device goes out of service, and when it comes back.</summary>
public sealed class DeviceHealthTests
{
    private static void Note(DeviceHealth health, Errno errno, DeviceOperation operation = DeviceOperation.Read)
        => health.End(health.Begin(operation), errno == Errno.None ? SysResult.Ok(0) : SysResult.Fail(errno));

    private static void NoteTaking(DeviceHealth health, int ms, DeviceOperation operation)
    {
        DeviceCall call = health.Begin(operation);
        health.End(call with { Begun = call.Begun - (ms * Stopwatch.Frequency / 1000) }, SysResult.Ok(0));
    }

    [Fact]
    public void Errors_in_a_short_time_take_it_out_of_service()
    {
        var health = new DeviceHealth(new DeviceOptions { ErrorsMax = 3 });
        Note(health, Errno.InputOutput);
        Note(health, Errno.InputOutput);
        Assert.Equal(DeviceTrouble.None, health.Judge(1_000));
        Note(health, Errno.InputOutput);
        Assert.True(health.IsInService);
        Assert.Equal(DeviceTrouble.Errors, health.Judge(2_000));
        Assert.Equal(DeviceTrouble.None, health.Judge(3_000)); // told once
        Assert.Equal((DeviceTrouble.Errors, 3L, 1L), (health.Trouble, health.Errors, health.Troubles));
    }

    [Fact]
    public void Errors_far_apart_leave_it_in_service()
    {
        var health = new DeviceHealth(new DeviceOptions { ErrorsMax = 3, WindowMs = 10_000 });
        for (int second = 0; second < 100; second++)
        {
            if (second % 6 == 0)
            {
                Note(health, Errno.InputOutput);
            }
            Assert.Equal(DeviceTrouble.None, health.Judge(second * 1_000));
        }
        Assert.Equal(17, health.Errors);
    }

    [Theory]
    [InlineData(Errno.NoEntry, DeviceOperation.Open)]
    [InlineData(Errno.NoSpace, DeviceOperation.Write)]
    [InlineData(Errno.Access, DeviceOperation.Open)]
    [InlineData(Errno.NoSuchDevice, DeviceOperation.Open)] // a socket's name: its client's fault, not the disk's
    public void Errors_of_requests_say_nothing_of_the_device(Errno errno, DeviceOperation operation)
    {
        var health = new DeviceHealth(new DeviceOptions());
        for (int i = 0; i < 100; i++)
        {
            Note(health, errno, operation);
        }
        Assert.Equal(DeviceTrouble.None, health.Judge(0));
        Assert.Equal(0, health.Errors);
    }

    [Theory]
    [InlineData(Errno.ReadOnlyFileSystem)]
    [InlineData(Errno.Corrupted)]
    [InlineData(Errno.NoDevice)]
    public void Error_that_speaks_of_all_of_it_takes_it_out_at_once(Errno errno)
    {
        var health = new DeviceHealth(new DeviceOptions());
        Note(health, errno, DeviceOperation.Write);
        Assert.Equal(DeviceTrouble.Lost, health.Judge(0));
    }

    [Fact]
    public void Operation_that_does_not_end_takes_it_out_of_service()
    {
        var health = new DeviceHealth(new DeviceOptions { HangMs = 0, SyncHangMs = 1_000_000, SlowMs = 0 });
        Assert.Equal(DeviceTrouble.None, health.Judge(0));
        DeviceCall call = health.Begin(DeviceOperation.Read);
        Assert.True(SpinWait.SpinUntil(() => health.RunningNs > 0, 10_000));
        Assert.False(health.IsResponsive);
        Assert.Equal(DeviceTrouble.Hanging, health.Judge(1_000));
        health.End(call, SysResult.Ok(0));
        Assert.Equal(0, health.RunningNs);
        Assert.Equal(DeviceTrouble.Hanging, health.Trouble); // until it is seen to work
    }

    [Fact]
    public void Sync_may_take_longer_than_other_operations()
    {
        var health = new DeviceHealth(new DeviceOptions { HangMs = 0, SyncHangMs = 1_000_000, SlowMs = 0 });
        DeviceCall call = health.Begin(DeviceOperation.Sync);
        Assert.True(SpinWait.SpinUntil(() => health.RunningNs > 0, 10_000));
        Assert.Equal(DeviceTrouble.None, health.Judge(1_000));
        health.End(call, SysResult.Ok(0));
    }

    [Theory]
    [InlineData(DeviceOperation.Read, 20, DeviceTrouble.Slow)]
    [InlineData(DeviceOperation.Read, 19, DeviceTrouble.None)]
    [InlineData(DeviceOperation.Sync, 20, DeviceTrouble.None)]
    public void Slow_operations_take_it_out_of_service(DeviceOperation operation, int count, DeviceTrouble expected)
    {
        var health = new DeviceHealth(new DeviceOptions { SlowMs = 1_000, SlowOperationsMin = 20 });
        for (int i = 0; i < count; i++)
        {
            NoteTaking(health, 2_000, operation);
        }
        Assert.Equal(expected, health.Judge(0));
    }

    [Fact]
    public void Operations_beyond_those_that_are_watched_are_counted_all_the_same()
    {
        var health = new DeviceHealth(new DeviceOptions());
        DeviceCall[] calls = [.. Enumerable.Range(0, 100).Select(_ => health.Begin(DeviceOperation.Read))];
        Assert.Contains(calls, call => call.Cell < 0);
        Array.ForEach(calls, call => health.End(call, SysResult.Ok(0)));
        Assert.Equal((100L, 0L), (health.Operations, health.RunningNs));
    }

    [Fact]
    public void Good_probes_in_a_row_bring_it_back_and_what_was_is_forgiven()
    {
        var health = new DeviceHealth(new DeviceOptions { ErrorsMax = 1, ProbesNeeded = 2 });
        Assert.False(health.ProbeEnded(true, 0)); // in service anyway
        Note(health, Errno.ReadOnlyFileSystem);
        Assert.NotEqual(DeviceTrouble.None, health.Judge(1_000));
        Assert.False(health.ProbeEnded(true, 2_000));
        Assert.False(health.ProbeEnded(false, 3_000));
        Assert.False(health.ProbeEnded(true, 4_000));
        Assert.True(health.ProbeEnded(true, 5_000));
        Assert.True(health.IsInService);
        Assert.Equal(DeviceTrouble.None, health.Judge(6_000));
        Note(health, Errno.InputOutput);
        Assert.Equal(DeviceTrouble.Errors, health.Judge(7_000));
        Assert.Equal(2, health.Troubles);
    }
}
