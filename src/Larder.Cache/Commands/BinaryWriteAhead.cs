using System.Runtime.CompilerServices;
using Larder.Cache.Store;
using Larder.Protocol.Binary;
using Larder.Protocol.Text;

namespace Larder.Cache.Commands;

/// <summary>
/// Looks ahead in a buffer of pipelined binary storage requests, as <see cref="WriteAhead"/> does it: asks for the
/// index lines and old items that they will meet, and changes nothing.
/// </summary>
internal static class BinaryWriteAhead
{
    /// <summary>Looks at the storage requests that begin <paramref name="input"/>, as far as they are whole.</summary>
    /// <param name="store">The store.</param>
    /// <param name="first">The first one: a storage request whose header and key are there.</param>
    /// <param name="input">From the first frame on.</param>
    /// <returns>The bytes looked at: up to there nobody need look again.</returns>
    [SkipLocalsInit]
    public static int Look(ItemStore store, scoped in BinaryRequest first, ReadOnlySpan<byte> input)
    {
        Unsafe.SkipInit(out HashBatch hashes);
        BinaryRequest request = first;
        int at = 0;
        int count = 0;
        do
        {
            BinaryRequestReader.ReadBody(input[at..], ref request);
            ulong hash = store.Hash(request.Key);
            hashes[count++] = hash;
            store.Prefetch(hashes, count, count - 1);
            if (input.Length - at <= request.FrameLength)
            {
                at = input.Length;
                break;
            }
            at += request.FrameLength;
        }
        while (count < HashBatch.LengthMax
            && BinaryRequestReader.ReadHeader(input[at..], ref request) == ParseStatus.Complete
            && request.Error == BinaryStatus.Success
            && BinaryWrites.IsStorage(request.Command)
            && input.Length - at >= request.HeadLength);
        store.PrefetchRest(hashes, count);
        return at;
    }
}
