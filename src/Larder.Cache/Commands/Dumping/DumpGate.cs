namespace Larder.Cache.Commands.Dumping;

/// <summary>
/// How many walks through the store are under way. memcached allows one at a time, since its crawler is one thread;
/// here each goes on in its own client's turns, so that several cost no more than their clients' share. Any thread.
/// </summary>
internal sealed class DumpGate
{
    /// <summary>Each holds some 16 KiB beside its output.</summary>
    public const int WalksMax = 8;

    private int _walks; // owner: interlocked

    /// <summary>Takes a place; false when there is none.</summary>
    public bool TryEnter()
    {
        if (Interlocked.Increment(ref _walks) <= WalksMax)
        {
            return true;
        }
        Leave();
        return false;
    }

    /// <summary>Gives the place back.</summary>
    public void Leave() => Interlocked.Decrement(ref _walks);
}
