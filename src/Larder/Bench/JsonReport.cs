using System.Text.Json;

namespace Larder.Bench;

/// <summary>
/// The results as JSON: <c>options</c>, <c>environment</c>, <c>targets</c> with the spread of each metric and its
/// ratio to the first target, and <c>rounds</c> in measured order with counts. Field names are stable.
/// </summary>
internal static class JsonReport
{
    /// <summary>Raised when a field changes its name or meaning.</summary>
    public const int SchemaVersion = 1;

    public static void Write(BenchResult result, Stream output)
    {
        using var json = new Utf8JsonWriter(output, new JsonWriterOptions { Indented = true });
        json.WriteStartObject();
        json.WriteNumber("schema", SchemaVersion);
        WriteOptions(json, result.Options);
        WriteEnvironment(json, result.Environment);
        WriteTargets(json, result);
        WriteRounds(json, result);
        json.WriteEndObject();
    }

    private static void WriteOptions(Utf8JsonWriter json, BenchOptions options)
    {
        json.WriteStartObject("options");
        json.WriteString("title", options.Title);
        json.WriteString("command_line", options.CommandLine);
        json.WriteString("protocol", options.Protocol.ToString().ToLowerInvariant());
        json.WriteString("style", options.Style.ToString().ToLowerInvariant());
        json.WriteNumber("connections", options.Connections);
        json.WriteNumber("idle", options.Idle);
        json.WriteNumber("depth", options.Depth);
        json.WriteNumber("multiget", options.Multiget);
        json.WriteNumber("keys", options.Keys);
        json.WriteNumber("key_size", options.KeySize);
        json.WriteNumber("value_size_min", options.ValueSize.Min);
        json.WriteNumber("value_size_max", options.ValueSize.Max);
        json.WriteString("dist", options.Distribution.ToString());
        json.WriteNumber("get_share", options.GetShare);
        json.WriteNumber("rate", options.Rate);
        json.WriteNumber("duration_s", options.Duration.TotalSeconds);
        json.WriteNumber("warmup_s", options.Warmup.TotalSeconds);
        json.WriteNumber("rounds", options.Rounds);
        json.WriteNumber("threads", options.Threads);
        json.WriteNumber("seed", options.Seed);
        json.WriteEndObject();
    }

    /// <summary>Writes the field <c>environment</c>.</summary>
    public static void WriteEnvironment(Utf8JsonWriter json, BenchEnvironment environment)
    {
        json.WriteStartObject("environment");
        json.WriteString("processor", environment.Processor);
        json.WriteNumber("cores", environment.Cores);
        json.WriteNumber("memory_mib", environment.MemoryMiB);
        json.WriteString("kernel", environment.Kernel);
        json.WriteString("runtime", environment.Runtime);
        json.WriteString("time", environment.Time);
        json.WriteEndObject();
    }

    private static void WriteTargets(Utf8JsonWriter json, BenchResult result)
    {
        json.WriteStartArray("targets");
        for (int target = 0; target < result.Options.Targets.Count; target++)
        {
            json.WriteStartObject();
            json.WriteString("name", result.Options.Targets[target].Name);
            json.WriteString("address", result.Options.Targets[target].Address);
            json.WriteStartObject("metrics");
            foreach (Metric metric in Metric.All)
                WriteSpread(json, metric.Id, result.SpreadOf(target, metric));
            json.WriteEndObject();
            json.WriteStartObject("ratios_to_first");
            foreach (Metric metric in Metric.Compared)
                WriteSpread(json, metric.Id, result.RatioOf(target, metric));
            json.WriteEndObject();
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void WriteSpread(Utf8JsonWriter json, string name, Spread? spread)
    {
        if (spread is not { } known)
        {
            json.WriteNull(name);
            return;
        }

        json.WriteStartObject(name);
        json.WriteNumber("median", known.Median);
        json.WriteNumber("min", known.Min);
        json.WriteNumber("max", known.Max);
        json.WriteEndObject();
    }

    private static void WriteRounds(Utf8JsonWriter json, BenchResult result)
    {
        json.WriteStartArray("rounds");
        foreach (RoundResult round in result.Rounds)
        {
            json.WriteStartObject();
            json.WriteString("target", result.Options.Targets[round.Target].Name);
            json.WriteNumber("round", round.Round);
            json.WriteNumber("seconds", round.Seconds);
            json.WriteNumber("requests", round.Counts.Requests);
            json.WriteNumber("hits", round.Counts.Hits);
            json.WriteNumber("misses", round.Counts.Misses);
            json.WriteNumber("stored", round.Counts.Stored);
            json.WriteNumber("errors", round.Counts.Errors);
            json.WriteNumber("wrong_values", round.Counts.WrongValues);
            json.WriteNumber("bytes_received", round.Counts.BytesReceived);
            foreach (Metric metric in Metric.All)
                WriteMetric(json, metric, round);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void WriteMetric(Utf8JsonWriter json, Metric metric, RoundResult round)
    {
        if (metric.Read(round) is double value && double.IsFinite(value))
            json.WriteNumber(metric.Id, value);
        else
            json.WriteNull(metric.Id);
    }
}
