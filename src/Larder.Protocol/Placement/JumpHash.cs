namespace Larder.Protocol.Placement;

/// <summary>
/// Jump consistent hash (Lamping and Veach, "A Fast, Minimal Memory, Consistent Hash Algorithm", 2014): buckets are
/// numbered without gaps, and only the last can come or go.
/// </summary>
public static class JumpHash
{
    /// <summary>The bucket of a key.</summary>
    /// <param name="hash">64 bits of the key.</param>
    /// <param name="bucketCount">Buckets, at least 1.</param>
    /// <returns>0..<paramref name="bucketCount"/> - 1.</returns>
    public static int Find(ulong hash, int bucketCount)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(bucketCount, 1);
        long bucket = 0;
        long next = 0;
        while (next < bucketCount)
        {
            bucket = next;
            hash = unchecked(hash * 2862933555777941757 + 1); // the generator of the paper
            next = (long)((bucket + 1) * ((double)(1L << 31) / ((hash >> 33) + 1)));
        }
        return (int)bucket;
    }
}
