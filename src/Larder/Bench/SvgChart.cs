using System.Globalization;
using System.Text;

namespace Larder.Bench;

/// <summary>
/// Writes one inline SVG element with a title and a description that screen readers say. Colours are the page's CSS
/// classes, so that one drawing serves dark and light. Coordinates are pixels of a fixed view box.
/// </summary>
internal sealed class SvgChart
{
    private readonly StringBuilder _svg = new();

    /// <param name="id">Unique within the page; what the title and description are named after.</param>
    /// <param name="title">What the drawing shows.</param>
    /// <param name="description">What a reader would say who describes it.</param>
    /// <param name="width">Width of the view box.</param>
    /// <param name="height">Height of the view box.</param>
    public SvgChart(string id, string title, string description, int width, int height)
    {
        Add($"""<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" role="img" """);
        Add($"""aria-labelledby="{id}-t {id}-d"><title id="{id}-t">{Escape(title)}</title>""");
        Add($"""<desc id="{id}-d">{Escape(description)}</desc>""");
    }

    public void Line(double x1, double y1, double x2, double y2, string cssClass) =>
        Add($"""<line x1="{x1:0.#}" y1="{y1:0.#}" x2="{x2:0.#}" y2="{y2:0.#}" class="{cssClass}"/>""");

    /// <summary>A bar that says what it is when it is pointed at.</summary>
    public void Bar(double x, double y, double width, double height, string cssClass, string title) =>
        Add($"""
            <rect x="{x:0.#}" y="{y:0.#}" width="{width:0.#}" height="{height:0.#}" class="{cssClass}">
            <title>{Escape(title)}</title></rect>
            """);

    /// <param name="x">Where the text is anchored.</param>
    /// <param name="y">Its base line.</param>
    /// <param name="text">The text.</param>
    /// <param name="anchor">start, middle or end.</param>
    /// <param name="cssClass">Its class.</param>
    public void Text(double x, double y, string text, string anchor = "start", string cssClass = "label") =>
        Add($"""<text x="{x:0.#}" y="{y:0.#}" text-anchor="{anchor}" class="{cssClass}">{Escape(text)}</text>""");

    /// <summary>A curve through the points.</summary>
    public void Curve(IEnumerable<(double X, double Y)> points, string cssClass, string title)
    {
        Add($"""<polyline class="{cssClass}" points=" """);
        foreach ((double x, double y) in points)
            Add($"{x:0.#},{y:0.#} ");
        Add($"""
            "><title>{Escape(title)}</title></polyline>
            """);
    }

    /// <summary>The finished element.</summary>
    public string Finish() => _svg + "</svg>\n";

    /// <summary>Text that is safe between tags and in attributes of HTML and XML.</summary>
    public static string Escape(string text) => System.Security.SecurityElement.Escape(text);

    private void Add(FormattableString part) => _svg.Append(part.ToString(CultureInfo.InvariantCulture));
}
