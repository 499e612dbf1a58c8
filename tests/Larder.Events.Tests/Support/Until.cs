using System.Diagnostics;

namespace Larder.Events.Tests.Support;

/// <summary>Waiting for a condition, with a deadline; never for a time.</summary>
internal static class Until
{
    public static void True(Func<bool> condition, string what, int deadlineMs = LineClient.DeadlineMs)
    {
        var clock = Stopwatch.StartNew();
        while (!condition())
        {
            Assert.True(clock.ElapsedMilliseconds < deadlineMs, $"never came true: {what}");
            Thread.Yield();
            using var pause = new ManualResetEventSlim();
            pause.Wait(1);
        }
    }
}
