using System.Globalization;
using System.Text;
using Larder.Events.Files;
using Larder.Objects.Digesting;
using Larder.Protocol.Http;

namespace Larder.Objects.Serving;

/// <summary>What the head of an answer says of an object, written once.</summary>
internal sealed class ObjectTexts
{
    public ObjectTexts(in FileStatus status, StoredDigest? digest)
    {
        byte[] date = new byte[HttpDate.Length];
        HttpDate.Write(date, status.ModifiedSeconds);
        LastModified = date;
        // Nanoseconds of the last change tell versions apart; a digest tells equal bytes on two nodes to be equal.
        string tag = digest?.Md5Hex
            ?? string.Create(CultureInfo.InvariantCulture, $"{status.Size:x}-{status.ModifiedNs:x}");
        ETag = Encoding.ASCII.GetBytes($"\"{tag}\"");
        Digest = digest?.HeaderValue() ?? [];
        ContentMd5 = digest?.Md5 == null ? [] : Encoding.ASCII.GetBytes(Convert.ToBase64String(digest.Md5));
    }

    /// <summary>The value of Last-Modified.</summary>
    public byte[] LastModified { get; }

    /// <summary>The value of ETag, with its quotes.</summary>
    public byte[] ETag { get; }

    /// <summary>The value of Digest, or empty.</summary>
    public byte[] Digest { get; }

    /// <summary>The value of Content-MD5 with the whole object, or empty.</summary>
    public byte[] ContentMd5 { get; }

    /// <summary>Of the digests those that a client wants.</summary>
    /// <param name="want">The value of Want-Digest; empty: any.</param>
    public ReadOnlySpan<byte> DigestFor(ReadOnlySpan<byte> want)
    {
        if (want.IsEmpty || Digest.Length == 0)
        {
            return Digest;
        }
        int comma = Digest.IndexOf((byte)',');
        bool wantsMd5 = comma >= 0 && HttpWantDigest.Lists(want, "md5"u8);
        bool wantsCrc = HttpWantDigest.Lists(want, "crc32c"u8);
        return wantsMd5 ? Digest.AsSpan(0, wantsCrc ? Digest.Length : comma)
            : wantsCrc ? Digest.AsSpan(comma + 1) : default;
    }
}
