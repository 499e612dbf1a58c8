namespace Larder.Bench;

/// <summary>What all load threads of a run share: keys, values and preformatted requests. Immutable.</summary>
internal sealed class LoadPlan
{
    public LoadPlan(BenchOptions options)
    {
        Options = options;
        Keys = new KeySpace(options.Keys, options.KeySize);
        Values = new ValuePattern(options.ValueSize);
        Requests = new RequestEncoder(options.Protocol, Keys, Values, options.Path);
    }

    public BenchOptions Options { get; }

    public KeySpace Keys { get; }

    public ValuePattern Values { get; }

    public RequestEncoder Requests { get; }
}
