using Larder.Events.Driving;
using Larder.Events.Tests.Support;

namespace Larder.Events.Tests.Driving;

/// <summary>The loop works when it is woken, also during its work, and leaves when it is told to.</summary>
public sealed class BackgroundLoopTests
{
    [Fact]
    public void Wake_during_the_work_brings_another_piece()
    {
        using var inside = new SemaphoreSlim(0);
        using var goOn = new SemaphoreSlim(0);
        int runs = 0;
        var loop = new BackgroundLoop("test-loop", () =>
        {
            inside.Release();
            goOn.Wait(LineClient.DeadlineMs);
            Interlocked.Increment(ref runs);
            return BackgroundLoop.UntilWoken;
        });
        loop.Start();
        Assert.True(inside.Wait(LineClient.DeadlineMs));
        loop.Wake();
        goOn.Release();
        Assert.True(inside.Wait(LineClient.DeadlineMs));
        goOn.Release();
        Assert.True(loop.Stop(LineClient.DeadlineMs));
        Assert.Equal(2, runs);
    }

    [Fact]
    public void Stop_does_not_wait_longer_than_it_is_told()
    {
        using var goOn = new SemaphoreSlim(0);
        using var isIn = new SemaphoreSlim(0);
        var loop = new BackgroundLoop("test-loop", () =>
        {
            isIn.Release();
            goOn.Wait(LineClient.DeadlineMs);
            return 0;
        });
        loop.Start();
        Assert.True(isIn.Wait(LineClient.DeadlineMs));
        Assert.False(loop.Stop(10));
        Assert.True(loop.IsStopping);
        goOn.Release();
        Assert.True(loop.Stop(LineClient.DeadlineMs));
    }

    [Fact]
    public void Loop_that_never_ran_stops_at_once()
        => Assert.True(new BackgroundLoop("test-loop", static () => 0).Stop());
}
