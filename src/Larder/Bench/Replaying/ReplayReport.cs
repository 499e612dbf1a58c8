using System.Globalization;
using System.Text.Json;
using Larder.Bench.Simulating;

namespace Larder.Bench.Replaying;

/// <summary>The results of a replay: as rows of text, as Markdown, as JSON.</summary>
internal static class ReplayReport
{
    /// <summary>Digits of a miss ratio behind the point.</summary>
    private const int RatioDigits = 4;

    /// <summary>Writes what the trace is, and the tables.</summary>
    public static void WriteText(ReplayResult result, TextWriter output)
    {
        output.WriteLine(Describe(result));
        foreach (List<string[]> table in Tables(result))
            TextTable.WriteText(table, output);
    }

    /// <summary>Writes a section of a Markdown file.</summary>
    public static void WriteMarkdown(ReplayResult result, TextWriter output)
    {
        ResultTable.WriteHeading(result.Options.Title, result.Options.CommandLine, result.Environment, output);
        output.WriteLine($"{Describe(result)}.");
        foreach (List<string[]> table in Tables(result))
            TextTable.WriteMarkdown(table, output);
    }

    /// <summary>Writes options, environment and the targets' counts; field names are stable.</summary>
    public static void WriteJson(ReplayResult result, Stream output)
    {
        using var json = new Utf8JsonWriter(output, new JsonWriterOptions { Indented = true });
        json.WriteStartObject();
        json.WriteNumber("schema", JsonReport.SchemaVersion);
        WriteOptions(json, result);
        JsonReport.WriteEnvironment(json, result.Environment);
        json.WriteStartArray("targets");
        foreach (TargetReplay target in result.Targets)
            WriteTarget(json, result, target);
        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static string Describe(ReplayResult result)
    {
        string values = result.Options.ValueSize.Min == result.Options.ValueSize.Max
            ? $"{result.Options.ValueSize.Min}"
            : $"{result.Options.ValueSize.Min} to {result.Options.ValueSize.Max}";
        return $"{Path.GetFileName(result.Options.TracePath)}: {TextTable.Number(result.Trace.Requests.Length, 0)} "
            + $"requests, {TextTable.Number(result.Trace.Objects, 0)} objects, keys of {result.Options.KeySize} and "
            + $"values of {values} bytes";
    }

    private static IEnumerable<List<string[]>> Tables(ReplayResult result)
    {
        yield return MissTable(result);
        yield return StoreTable(result);
    }

    /// <summary>The miss ratios, and those of the simulations at as many items.</summary>
    private static List<string[]> MissTable(ReplayResult result)
    {
        TargetReplay first = result.Targets[0];
        List<string[]> table =
        [
            [
                "target", "requests", "misses", "miss ratio", $"to {first.Target.Name}",
                .. result.Options.Simulate.SelectMany(each => (string[])[$"{each.Title()} at its items", "to that"]),
            ],
        ];
        foreach (TargetReplay target in result.Targets)
        {
            table.Add(
            [
                target.Target.Name,
                TextTable.Number(target.Counts.Requests, 0),
                TextTable.Number(target.Counts.Misses, 0),
                TextTable.Number(target.MissRatio, RatioDigits),
                Ratio(target.Counts.Misses, first.Counts.Misses),
                .. result.Options.Simulate.Select((_, i) => i).SelectMany(i => SimulatedCells(target, i)),
            ]);
        }

        return table;
    }

    private static string[] SimulatedCells(TargetReplay target, int algorithm)
    {
        if (target.SimulatedMisses.Count == 0)
            return ["-", "-"];
        long misses = target.SimulatedMisses[algorithm];
        return
        [
            TextTable.Number((double)misses / target.Counts.Requests, RatioDigits),
            Ratio(target.Counts.Misses, misses),
        ];
    }

    /// <summary>What is held, and what it took.</summary>
    private static List<string[]> StoreTable(ReplayResult result)
    {
        List<string[]> table =
        [
            [
                "target", "items held", "of objects", "bytes", "limit_maxbytes", "evictions", "errors",
                "wrong values", "requests/s", "CPU us/req",
            ],
        ];
        foreach (TargetReplay target in result.Targets)
        {
            string[] store = target.Store is { } held
                ?
                [
                    TextTable.Number(held.Items, 0),
                    $"{TextTable.Number(100.0 * held.Items / result.Trace.Objects, 1)} %",
                    TextTable.Number(held.Bytes, 0),
                    TextTable.Number(held.LimitBytes, 0),
                    TextTable.Number(held.Evictions, 0),
                ]
                : ["-", "-", "-", "-", "-"];
            table.Add(
            [
                target.Target.Name,
                .. store,
                TextTable.Number(target.Counts.Errors, 0),
                TextTable.Number(target.Counts.WrongValues, 0),
                TextTable.Number(target.PerSecond, 0),
                target.ServerCpuNs is long ns ? TextTable.Number(ns / 1e3 / target.Counts.Requests, 2) : "-",
            ]);
        }

        return table;
    }

    private static string Ratio(double own, double other) =>
        other == 0 ? "-" : (own / other).ToString("F4", CultureInfo.InvariantCulture);

    private static void WriteOptions(Utf8JsonWriter json, ReplayResult result)
    {
        ReplayOptions options = result.Options;
        json.WriteStartObject("options");
        json.WriteString("title", options.Title);
        json.WriteString("command_line", options.CommandLine);
        json.WriteString("trace", Path.GetFileName(options.TracePath));
        json.WriteNumber("trace_requests", result.Trace.Requests.Length);
        json.WriteNumber("trace_objects", result.Trace.Objects);
        json.WriteNumber("key_size", options.KeySize);
        json.WriteNumber("value_size_min", options.ValueSize.Min);
        json.WriteNumber("value_size_max", options.ValueSize.Max);
        json.WriteNumber("connections", options.Connections);
        json.WriteNumber("depth", options.Depth);
        json.WriteBoolean("flush", options.Flush);
        json.WriteEndObject();
    }

    private static void WriteTarget(Utf8JsonWriter json, ReplayResult result, TargetReplay target)
    {
        json.WriteStartObject();
        json.WriteString("name", target.Target.Name);
        json.WriteString("address", target.Target.Address);
        json.WriteNumber("seconds", target.Seconds);
        json.WriteNumber("requests", target.Counts.Requests);
        json.WriteNumber("hits", target.Counts.Hits);
        json.WriteNumber("misses", target.Counts.Misses);
        json.WriteNumber("miss_ratio", target.MissRatio);
        json.WriteNumber("stored", target.Counts.Stored);
        json.WriteNumber("errors", target.Counts.Errors);
        json.WriteNumber("wrong_values", target.Counts.WrongValues);
        WriteNumber(json, "items", target.Store?.Items);
        WriteNumber(json, "bytes", target.Store?.Bytes);
        WriteNumber(json, "limit_maxbytes", target.Store?.LimitBytes);
        WriteNumber(json, "evictions", target.Store?.Evictions);
        WriteNumber(json, "server_cpu_ns", target.ServerCpuNs);
        json.WriteStartObject("simulated_misses");
        foreach ((int i, long misses) in target.SimulatedMisses.Index())
            json.WriteNumber(result.Options.Simulate[i].ToString().ToLowerInvariant(), misses);
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static void WriteNumber(Utf8JsonWriter json, string name, long? value)
    {
        if (value is long known)
            json.WriteNumber(name, known);
        else
            json.WriteNull(name);
    }
}
