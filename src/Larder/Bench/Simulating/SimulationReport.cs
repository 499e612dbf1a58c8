using System.Text.Json;

namespace Larder.Bench.Simulating;

/// <summary>The results of simulations: as rows of text, as Markdown, as JSON.</summary>
internal static class SimulationReport
{
    /// <summary>Digits of a miss ratio behind the point.</summary>
    private const int RatioDigits = 4;

    /// <summary>Writes what the trace is, and the table.</summary>
    public static void WriteText(SimulationResult result, TextWriter output)
    {
        output.WriteLine(Describe(result));
        TextTable.WriteText(Table(result), output);
    }

    /// <summary>Writes a section of a Markdown file.</summary>
    public static void WriteMarkdown(SimulationResult result, TextWriter output)
    {
        output.WriteLine($"\n## {result.Options.Title}\n");
        output.WriteLine($"```sh\n{result.Options.CommandLine}\n```\n");
        output.WriteLine($"Miss ratios; {Describe(result)}.");
        TextTable.WriteMarkdown(Table(result), output);
    }

    /// <summary>Writes <c>requests</c>, <c>objects</c>, and for each size the misses of each algorithm.</summary>
    public static void WriteJson(SimulationResult result, Stream output)
    {
        using var json = new Utf8JsonWriter(output, new JsonWriterOptions { Indented = true });
        json.WriteStartObject();
        json.WriteNumber("schema", JsonReport.SchemaVersion);
        json.WriteString("command_line", result.Options.CommandLine);
        json.WriteNumber("requests", result.Trace.Requests.Length);
        json.WriteNumber("objects", result.Trace.Objects);
        json.WriteStartArray("sizes");
        for (int size = 0; size < result.Sizes.Count; size++)
        {
            json.WriteStartObject();
            json.WriteNumber("items", result.Sizes[size]);
            json.WriteStartObject("misses");
            for (int i = 0; i < result.Options.Algorithms.Count; i++)
                json.WriteNumber(result.Options.Algorithms[i].ToString().ToLowerInvariant(), result.Misses[size][i]);
            json.WriteEndObject();
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static string Describe(SimulationResult result) =>
        $"{Path.GetFileName(result.Options.TracePath)}: {TextTable.Number(result.Trace.Requests.Length, 0)} requests, "
        + $"{TextTable.Number(result.Trace.Objects, 0)} objects";

    private static List<string[]> Table(SimulationResult result)
    {
        List<string[]> table = [["items", "of objects", .. result.Options.Algorithms.Select(a => a.Title())]];
        for (int size = 0; size < result.Sizes.Count; size++)
        {
            double share = 100.0 * result.Sizes[size] / result.Trace.Objects;
            IEnumerable<string> ratios = Enumerable.Range(0, result.Options.Algorithms.Count)
                .Select(i => TextTable.Number(result.MissRatio(size, i), RatioDigits));
            table.Add([TextTable.Number(result.Sizes[size], 0), $"{TextTable.Number(share, 1)} %", .. ratios]);
        }

        return table;
    }
}
