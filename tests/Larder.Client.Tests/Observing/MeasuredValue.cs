namespace Larder.Client.Tests.Observing;

/// <summary>One value of an instrument.</summary>
internal sealed record MeasuredValue(
    string Instrument, string? Unit, double Value, IReadOnlyList<KeyValuePair<string, object?>> Tags)
{
    public object? this[string tag] => Tags.FirstOrDefault(each => each.Key == tag).Value;
}
