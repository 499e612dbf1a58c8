namespace Larder.Events.Native;

/// <summary>
/// A few descriptors held back for the moment when there are no others: the runtime opens files to load an assembly,
/// and the first log line about the lack of descriptors may need one. Owned by one thread.
/// </summary>
internal sealed class SpareDescriptors : IDisposable
{
    /// <summary>The runtime opens one or two files at a time.</summary>
    private const int CountMax = 4;

    private readonly int[] _held = new int[CountMax];
    private int _count;

    public SpareDescriptors() => Refill();

    /// <summary>Takes as many as there are, up to the maximum.</summary>
    public void Refill()
    {
        while (_count < CountMax)
        {
            SysResult result = SysResult.Of(Libc.eventfd(0, Libc.EFD_CLOEXEC));
            if (result.IsError)
            {
                return; // none left: the next refill tries again
            }
            _held[_count++] = result.Int;
        }
    }

    /// <summary>Lets all of them go.</summary>
    public void Release()
    {
        while (_count > 0)
        {
            SysResult.Of(Libc.close(_held[--_count]));
        }
    }

    /// <inheritdoc/>
    public void Dispose() => Release();
}
