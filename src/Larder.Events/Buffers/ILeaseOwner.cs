namespace Larder.Events.Buffers;

/// <summary>Whoever lends bytes to a <see cref="WriteQueue"/>.</summary>
public interface ILeaseOwner
{
    /// <summary>
    /// The bytes of the lease with this token have been sent, or their connection is gone. Called exactly once for
    /// each lease, on any thread; must not block.
    /// </summary>
    void ReleaseLease(long token);
}
