namespace Larder.Bench.Replaying;

/// <summary>Keys, values and preformatted requests of a replay. Immutable.</summary>
internal sealed class ReplayContent
{
    /// <exception cref="TraceException">The trace has more keys than keys of that size can number.</exception>
    public ReplayContent(ReplayOptions options, RequestTrace trace)
    {
        if (!KeySpace.Fits((uint)trace.KeyCount, options.KeySize))
            throw new TraceException($"--key-size is too short to number {trace.KeyCount} keys");
        var keys = new KeySpace((uint)trace.KeyCount, options.KeySize);
        Values = new ValuePattern(options.ValueSize);
        Requests = new RequestEncoder(WireProtocol.Classic, keys, Values);
    }

    public ValuePattern Values { get; }

    public RequestEncoder Requests { get; }
}
