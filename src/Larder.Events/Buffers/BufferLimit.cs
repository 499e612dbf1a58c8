namespace Larder.Events.Buffers;

/// <summary>
/// How much memory half received requests may hold, all connections of a server together. Any thread; whoever is
/// refused is counted.
/// </summary>
public sealed class BufferLimit
{
    private long _used;    // owner: interlocked
    private long _refused; // owner: interlocked

    /// <summary>A limit of so many bytes, 1 or more.</summary>
    public BufferLimit(long bytesMax)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(bytesMax, 1);
        BytesMax = bytesMax;
    }

    /// <summary>The limit.</summary>
    public long BytesMax { get; }

    /// <summary>Bytes that are held now.</summary>
    public long Used => Interlocked.Read(ref _used);

    /// <summary>Connections that were refused memory since the last <see cref="ResetRefused"/>.</summary>
    public long Refused => Interlocked.Read(ref _refused);

    /// <summary>Sets <see cref="Refused"/> to 0.</summary>
    public void ResetRefused() => Interlocked.Exchange(ref _refused, 0);

    /// <summary>Takes bytes of it; false when that would be too many.</summary>
    internal bool TryTake(int bytes)
    {
        if (Interlocked.Add(ref _used, bytes) <= BytesMax)
        {
            return true;
        }
        Interlocked.Add(ref _used, -bytes);
        Interlocked.Increment(ref _refused);
        return false;
    }

    /// <summary>Gives back what was taken.</summary>
    internal void Give(int bytes) => Interlocked.Add(ref _used, -bytes);
}
