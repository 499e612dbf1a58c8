using Larder.Events.Buffers;

namespace Larder.Cache.Store;

internal sealed class Segment : ILeaseOwner
{
    public void ReleaseLease(long token) => throw new NotSupportedException();

    public void Pin() => throw new NotSupportedException();

    public void NoteExpiry(uint expiry) => throw new NotSupportedException();
}
