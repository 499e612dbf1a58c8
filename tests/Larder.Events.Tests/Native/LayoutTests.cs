using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Larder.Events.Native;
using Larder.Events.Polling;

namespace Larder.Events.Tests.Native;

/// <summary>Structures that the kernel reads have the kernel's layout.</summary>
public sealed class LayoutTests
{
    [Fact]
    public unsafe void Kernel_structures_sizes_are_those_of_64_bit_linux()
    {
        Assert.Equal(56, sizeof(MessageHeader));
        Assert.Equal(64, sizeof(DatagramHeader));
        Assert.Equal(16, sizeof(IoVector));
        Assert.Equal(16, Unsafe.SizeOf<TimeSpec>());
        Assert.Equal(RuntimeInformation.ProcessArchitecture == Architecture.X64 ? 12 : 16, EpollEvent.Size);
        Assert.Equal(16, Marshal.OffsetOf<MessageHeader>(nameof(MessageHeader.Vectors)));
        Assert.Equal(48, Marshal.OffsetOf<MessageHeader>(nameof(MessageHeader.Flags)));
    }

    [Fact]
    public unsafe void Epoll_event_written_is_read_back()
    {
        byte* at = stackalloc byte[EpollEvent.SizeMax];
        EpollEvent.Write(at, EpollEvent.In | EpollEvent.EdgeTriggered, 0xFEDC_BA98_7654_3210);
        Assert.Equal(EpollEvent.In | EpollEvent.EdgeTriggered, EpollEvent.Events(at));
        Assert.Equal(0xFEDC_BA98_7654_3210, EpollEvent.Data(at));
    }

    [Fact]
    public void Time_spec_of_nanoseconds_is_split_at_the_second()
    {
        TimeSpec time = TimeSpec.FromNanoseconds(3_000_000_007);
        Assert.Equal(3, time.Seconds);
        Assert.Equal(7, time.Nanoseconds);
    }

    [Fact]
    public void Poll_batch_of_several_wakers_tells_them_apart()
    {
        using var poller = new Poller();
        using var batch = new PollBatch(8);
        using var first = new Waker(poller, PollMode.Level);
        Assert.Equal(0, poller.Wait(batch, 0).Int);
        first.Wake();
        Assert.Equal(1, poller.Wait(batch, -1).Int);
        Assert.Equal(new PollEvent(Waker.Key, Readiness.Readable), batch[0]);
        first.Reset();
        Assert.Equal(0, poller.Wait(batch, 1_000_000).Int);
    }

    [Fact]
    public void Wait_on_a_disposed_poller_is_an_error_and_no_exception()
    {
        using var batch = new PollBatch(1);
        var poller = new Poller();
        poller.Dispose();
        poller.Dispose();
        Assert.Equal(Errno.BadDescriptor, poller.Wait(batch, 0).Errno);
    }

    [Fact]
    public void Waker_disposed_twice_wakes_nobody_and_touches_no_other_descriptor()
    {
        using var poller = new Poller();
        using var batch = new PollBatch(2);
        var gone = new Waker(poller, PollMode.Edge);
        gone.Dispose();
        using var successor = new Waker(poller, PollMode.Edge); // has the number of the one that is gone
        gone.Dispose();
        gone.Wake();
        Assert.Equal(0, poller.Wait(batch, 0).Int);
        successor.Wake();
        Assert.Equal(1, poller.Wait(batch, 0).Int);
    }
}
