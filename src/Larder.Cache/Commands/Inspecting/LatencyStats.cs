using System.Globalization;
using System.Text;
using Larder.Events.Driving;

namespace Larder.Cache.Commands.Inspecting;

/// <summary><c>stats latency</c>: how many of each command there were, and how many microseconds they took.</summary>
internal static class LatencyStats
{
    private const double NanosecondsPerMicrosecond = 1000;

    private static readonly (string Name, double Quantile)[] s_quantiles =
        [("p50_us", 0.5), ("p99_us", 0.99), ("p999_us", 0.999), ("max_us", 1)];

    /// <summary>Writes the commands that were executed since the last reset.</summary>
    public static void Write(CacheEngine engine, StatWriter writer)
    {
        var sum = new LatencyHistogram();
        for (int kind = 0; kind < LatencyMeter.KindCount; kind++)
        {
            sum.Clear();
            foreach (Turn turn in engine.Server.Turns) ((CacheThread)turn.State!).Latency.AddTo(sum, kind);
            if (sum.Count == 0) continue;
            string command = Encoding.ASCII.GetString(LatencyMeter.NameOf(kind));
            writer.Write(command + ":count", sum.Count);
            foreach ((string name, double quantile) in s_quantiles)
            {
                double microseconds = sum.ValueAt(quantile) / NanosecondsPerMicrosecond;
                writer.Write($"{command}:{name}", microseconds.ToString("F1", CultureInfo.InvariantCulture));
            }
        }
    }

    /// <summary>Begins anew.</summary>
    public static void Reset(CacheEngine engine)
    {
        foreach (Turn turn in engine.Server.Turns) ((CacheThread)turn.State!).Latency.Reset();
    }
}
