namespace Larder.Extensions.Caching.Hybrid;

/// <summary>A call: what is asked for, and how it is made.</summary>
/// <typeparam name="TState">What the factory is given.</typeparam>
/// <typeparam name="T">What it makes.</typeparam>
internal sealed record Making<TState, T>(
    string Key,
    TState State,
    Func<TState, CancellationToken, ValueTask<T>> Factory,
    EntryPlan Plan,
    IEnumerable<string>? Tags);
