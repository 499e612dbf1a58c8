using Larder.Events.Driving;

namespace Larder.Bench;

/// <summary>Mail that calls something on the owner's thread and lets the sender wait until it has run.</summary>
internal sealed class CallMail<T>(Func<T> call) : Mail, IDisposable
{
    private readonly ManualResetEventSlim _done = new();
    private T? _result;

    /// <summary>Waits until it has run.</summary>
    /// <exception cref="BenchException">The owner's thread did not come to it in time.</exception>
    public T Wait(TimeSpan limit) =>
        _done.Wait(limit) ? _result! : throw new BenchException("a load thread does not answer");

    public void Dispose() => _done.Dispose();

    protected override void Run(Turn turn)
    {
        _result = call();
        _done.Set();
    }
}
