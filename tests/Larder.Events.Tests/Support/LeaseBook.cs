using Larder.Events.Buffers;

namespace Larder.Events.Tests.Support;

/// <summary>Lends pieces of one pattern and notes how often each was given back.</summary>
internal sealed class LeaseBook : ILeaseOwner, IDisposable
{
    private readonly List<LentBytes> _lent = [];
    private readonly List<int> _released = [];

    public IReadOnlyList<int> Released => _released;

    public ByteLease Lend(int length)
    {
        var bytes = new LentBytes(length);
        _lent.Add(bytes);
        _released.Add(0);
        return bytes.Lease(this, _lent.Count - 1);
    }

    public void ReleaseLease(long token) => _released[(int)token]++;

    public void Dispose() => _lent.ForEach(bytes => bytes.Dispose());
}
