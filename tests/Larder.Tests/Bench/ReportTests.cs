using System.Text;
using System.Text.Json;
using System.Xml;
using System.Xml.Linq;
using Larder.Bench;

namespace Larder.Tests.Bench;

public sealed class ReportTests
{
    private static readonly XNamespace s_svg = "http://www.w3.org/2000/svg";

    [Fact]
    public void Ratios_are_medians_of_the_rounds_ratios()
    {
        BenchResult result = SampleResult.Make();
        Assert.Equal(new Spread(200_000, 100_000, 300_000), result.SpreadOf(0, Metric.Throughput));
        Assert.Equal(new Spread(2, 2, 2), result.RatioOf(1, Metric.Throughput));
        Assert.Equal(new Spread(0.5, 0.5, 0.5), result.RatioOf(1, Metric.ServerCpu));
        Assert.Null(result.SpreadOf(0, Metric.IdleMemory));
        Assert.Null(result.RatioOf(1, Metric.IdleMemory));
    }

    [Fact]
    public void Median_of_an_even_number_is_between_the_middle_ones() =>
        Assert.Equal(new Spread(2.5, 1, 10), Spread.Of([10, 2, 3, 1]));

    [Fact]
    public void Page_is_well_formed_and_loads_nothing()
    {
        XElement page = WritePage();
        Assert.Equal("A \"title\" with <marks>", page.Descendants("h1").Single().Value);
        Assert.Empty(page.Descendants("script"));
        Assert.DoesNotContain(
            page.DescendantsAndSelf().Attributes(), attribute => attribute.Name.LocalName is "src" or "href");
        string style = page.Descendants("style").Single().Value;
        Assert.Contains("prefers-color-scheme: dark", style, StringComparison.Ordinal);
    }

    [Fact]
    public void Every_drawing_has_a_title_and_a_description_that_it_names()
    {
        XElement[] drawings = [.. WritePage().Descendants(s_svg + "svg")];
        Assert.Equal(3, drawings.Length);
        foreach (XElement drawing in drawings)
        {
            XElement title = drawing.Elements(s_svg + "title").Single();
            XElement description = drawing.Elements(s_svg + "desc").Single();
            Assert.NotEqual("", title.Value);
            Assert.Contains("larder & co", description.Value, StringComparison.Ordinal);
            Assert.Equal("img", drawing.Attribute("role")?.Value);
            Assert.Equal(
                $"{title.Attribute("id")?.Value} {description.Attribute("id")?.Value}",
                drawing.Attribute("aria-labelledby")?.Value);
        }
    }

    [Fact]
    public void Percentile_curves_rise_from_left_to_right_inside_the_drawing()
    {
        XElement[] curves = [.. WritePage().Descendants(s_svg + "polyline")];
        Assert.Equal(2, curves.Length);
        foreach (XElement curve in curves)
        {
            double[][] points =
            [
                .. curve.Attribute("points")!.Value.Split(' ', StringSplitOptions.RemoveEmptyEntries)
                    .Select(point => Array.ConvertAll(point.Split(','), double.Parse)),
            ];
            Assert.True(points.Length > 50);
            Assert.All(points, point => Assert.InRange(point[0], 0, 860));
            Assert.All(points, point => Assert.InRange(point[1], 0, 420));
            Assert.All(points.Zip(points.Skip(1)), pair => Assert.True(pair.First[0] < pair.Second[0]));
            Assert.All(points.Zip(points.Skip(1)), pair => Assert.True(pair.First[1] >= pair.Second[1]));
        }
    }

    [Fact]
    public void Bars_are_one_for_each_round_and_target()
    {
        XElement throughput = WritePage().Descendants(s_svg + "svg").ElementAt(1);
        double[] widths =
            [.. throughput.Elements(s_svg + "rect").Select(bar => double.Parse(bar.Attribute("width")!.Value))];
        Assert.Equal(6, widths.Length);
        Assert.Equal(2, widths[3] / widths[0], 0.02);
    }

    [Fact]
    public void Json_has_its_schema()
    {
        using var stream = new MemoryStream();
        JsonReport.Write(SampleResult.Make(), stream);
        using JsonDocument document = JsonDocument.Parse(stream.ToArray());
        JsonElement root = document.RootElement;
        Assert.Equal(1, root.GetProperty("schema").GetInt32());
        Assert.Equal("classic", root.GetProperty("options").GetProperty("protocol").GetString());
        Assert.Equal(2, root.GetProperty("environment").GetProperty("cores").GetInt32());

        JsonElement second = root.GetProperty("targets")[1];
        Assert.Equal("larder & co", second.GetProperty("name").GetString());
        JsonElement metrics = second.GetProperty("metrics");
        Assert.Equal(3, metrics.GetProperty(Metric.ServerCpu.Id).GetProperty("max").GetDouble());
        Assert.Equal(JsonValueKind.Null, metrics.GetProperty(Metric.IdleMemory.Id).ValueKind);
        JsonElement ratios = second.GetProperty("ratios_to_first");
        Assert.Equal(2, ratios.GetProperty(Metric.Throughput.Id).GetProperty("median").GetDouble());

        Assert.Equal(6, root.GetProperty("rounds").GetArrayLength());
        JsonElement round = root.GetProperty("rounds")[0];
        Assert.Equal(100_000, round.GetProperty("requests").GetInt64());
        Assert.Equal(90_000, round.GetProperty("hits").GetInt64());
        foreach (Metric metric in Metric.All)
            Assert.True(round.TryGetProperty(metric.Id, out _), metric.Id);
    }

    [Fact]
    public void Markdown_tables_have_the_same_number_of_cells_in_every_row()
    {
        using var text = new StringWriter();
        ResultTable.WriteMarkdown(SampleResult.Make(), text);
        string[] lines = text.ToString().Split('\n');
        Assert.Contains("larder bench -t :1 -t :2 && true", lines);
        string[] rows = [.. lines.Where(line => line.StartsWith('|'))];
        Assert.Equal(4 + 4 + 3, rows.Length);
        Assert.Single(rows[..4].Select(row => row.Count(letter => letter == '|')).Distinct());
        Assert.Contains("memcached <1.6>", rows[2], StringComparison.Ordinal);
        Assert.Contains("200 000 (100 000..300 000)", rows[2], StringComparison.Ordinal);
    }

    [Fact]
    public void Text_tables_are_aligned()
    {
        using var text = new StringWriter();
        ResultTable.WriteText(SampleResult.Make(), text);
        string[] rows = text.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(3 + 3 + 2, rows.Length);
        Assert.Single(rows[..3].Select(row => row.Length).Distinct());
        Assert.StartsWith("ratio to memcached <1.6>", rows[6], StringComparison.Ordinal);
        Assert.Contains("2.000", rows[7], StringComparison.Ordinal);
    }

    /// <summary>The page parsed as XML, which is stricter than HTML: what is drawn inline is well-formed.</summary>
    private static XElement WritePage()
    {
        var text = new StringBuilder();
        using (var writer = new StringWriter(text))
            HtmlReport.Write(SampleResult.Make(), writer);
        var settings = new XmlReaderSettings { DtdProcessing = DtdProcessing.Ignore };
        using var reader = XmlReader.Create(new StringReader(text.ToString()), settings);
        return XElement.Load(reader);
    }
}
