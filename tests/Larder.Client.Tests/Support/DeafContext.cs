namespace Larder.Client.Tests.Support;

/// <summary>A context whose one thread is always busy: what is posted to it never runs.</summary>
internal sealed class DeafContext : SynchronizationContext
{
    public override void Post(SendOrPostCallback d, object? state)
    {
        // The thread is blocked in a wait, as that of a user interface would be.
    }

    public override void Send(SendOrPostCallback d, object? state) =>
        throw new InvalidOperationException("the thread is blocked");
}
