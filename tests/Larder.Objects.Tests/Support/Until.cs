using System.Diagnostics;

namespace Larder.Objects.Tests.Support;

/// <summary>Waiting for a condition, with a deadline; never for a time.</summary>
internal static class Until
{
    public static void True(Func<bool> condition, string what, int deadlineMs = RawClient.DeadlineMs)
    {
        var clock = Stopwatch.StartNew();
        using var pause = new ManualResetEventSlim();
        while (!condition())
        {
            Assert.True(clock.ElapsedMilliseconds < deadlineMs, $"never came true: {what}");
            pause.Wait(1);
        }
    }
}
