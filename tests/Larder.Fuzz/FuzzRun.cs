using System.Diagnostics;
using System.Globalization;
using Larder.Protocol.Tests;
using Xunit;

namespace Larder.Fuzz;

/// <summary>
/// Feeds a target mutated inputs for a bounded time: LARDER_FUZZ_SECONDS, or two. LARDER_FUZZ_SEED replays a run. What
/// fails is reported with its seed and the input itself.
/// </summary>
internal static class FuzzRun
{
    private const double SecondsDefault = 2;

    public static void Run(string[] corpus, Action<byte[]> target)
    {
        double seconds = Number("LARDER_FUZZ_SECONDS") ?? SecondsDefault;
        int seed = (int)(Number("LARDER_FUZZ_SEED") ?? Random.Shared.Next());
        TestContext.Current.TestOutputHelper?.WriteLine($"seed {seed}");
        var mutator = new Mutator(seed, corpus);
        long start = Stopwatch.GetTimestamp();
        long count = 0;
        for (; Stopwatch.GetElapsedTime(start).TotalSeconds < seconds; count++)
        {
            byte[] input = mutator.Next();
            try
            {
                target(input);
            }
            catch (Exception e)
            {
                throw new InvalidOperationException($"seed {seed}, input {count}: \"{Escape(input)}\"", e);
            }
        }
        TestContext.Current.TestOutputHelper?.WriteLine($"{count} inputs");
        Assert.True(count > 0);
    }

    private static double? Number(string variable) =>
        double.TryParse(Environment.GetEnvironmentVariable(variable), CultureInfo.InvariantCulture, out double value)
            ? value
            : null;

    private static string Escape(byte[] input) => string.Concat(Bytes.Text(input).Select(c =>
        c is >= ' ' and < (char)127 and not '"' and not '\\' ? c.ToString() : $"\\x{(int)c:x2}"));
}
