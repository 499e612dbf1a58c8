using System.Buffers;
using System.IO.Compression;
using System.Runtime.InteropServices;

namespace Larder.Client.Serializing;

/// <summary>Compresses and expands.</summary>
internal static class Packer
{
    /// <summary>
    /// Brotli's level 1 packs at about the speed of Deflate's fastest and leaves less; from 5 on it takes ten times as
    /// long.
    /// </summary>
    private const int BrotliLevel = 1;
    private const int BrotliWindow = 18; // 256 KiB: most values are shorter

    /// <summary>Compresses, if at least this share is saved.</summary>
    /// <returns>Whether it was; else nothing useful was written.</returns>
    public static bool TryPack(
        CacheCompression compression, ReadOnlySpan<byte> value, double savingMin, PooledWriter destination)
    {
        int bytesMax = (int)(value.Length * (1 - savingMin));
        if (compression == CacheCompression.Brotli)
        {
            Span<byte> room = destination.GetSpan(bytesMax)[..bytesMax];
            // No room for more than is wanted: what does not pack well fails here.
            if (!BrotliEncoder.TryCompress(value, room, out int written, BrotliLevel, BrotliWindow)) return false;
            destination.Advance(written);
            return true;
        }
        using var packed = new MemoryStream(bytesMax);
        using (var deflate = new DeflateStream(packed, CompressionLevel.Fastest, leaveOpen: true)) deflate.Write(value);
        if (packed.Length > bytesMax) return false;
        destination.Write(packed.GetBuffer().AsSpan(0, (int)packed.Length));
        return true;
    }

    /// <summary>Expands.</summary>
    /// <exception cref="InvalidDataException">The bytes are not what they should be.</exception>
    public static void Unpack(CacheCompression compression, ReadOnlyMemory<byte> packed, PooledWriter destination)
    {
        switch (compression)
        {
            case CacheCompression.Brotli:
                UnpackBrotli(packed.Span, destination);
                break;
            case CacheCompression.Deflate:
                UnpackDeflate(packed, destination);
                break;
            default:
                throw new InvalidDataException($"the value has a compression of another version, {(int)compression}");
        }
    }

    private static void UnpackBrotli(ReadOnlySpan<byte> packed, PooledWriter destination)
    {
        var decoder = default(BrotliDecoder);
        try
        {
            while (true)
            {
                OperationStatus status =
                    decoder.Decompress(packed, destination.GetSpan(), out int consumed, out int written);
                destination.Advance(written);
                packed = packed[consumed..];
                if (status == OperationStatus.Done) return;
                if (status != OperationStatus.DestinationTooSmall)
                    throw new InvalidDataException("the value is no Brotli, or not all of it");
            }
        }
        finally
        {
            decoder.Dispose();
        }
    }

    private static void UnpackDeflate(ReadOnlyMemory<byte> packed, PooledWriter destination)
    {
        _ = MemoryMarshal.TryGetArray(packed, out ArraySegment<byte> array);
        using var source = new MemoryStream(array.Array!, array.Offset, array.Count, writable: false);
        using var deflate = new DeflateStream(source, CompressionMode.Decompress);
        while (true)
        {
            int read = deflate.Read(destination.GetSpan());
            if (read == 0) return;
            destination.Advance(read);
        }
    }
}
