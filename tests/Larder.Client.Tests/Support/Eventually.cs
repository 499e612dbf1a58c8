using System.Diagnostics;

namespace Larder.Client.Tests.Support;

/// <summary>Waiting for a condition, with a deadline; never for a time.</summary>
internal static class Eventually
{
    public static async Task HoldsAsync(Func<bool> condition, string what)
    {
        var clock = Stopwatch.StartNew();
        using PeriodicTimer pause = new(TimeSpan.FromMilliseconds(2));
        while (!condition())
        {
            Assert.True(clock.Elapsed < Clients.Patience, $"never came true: {what}");
            await pause.WaitForNextTickAsync();
        }
    }
}
