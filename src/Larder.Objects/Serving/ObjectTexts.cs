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
        Digest = digest?.HeaderValue ?? [];
    }

    /// <summary>The value of Last-Modified.</summary>
    public byte[] LastModified { get; }

    /// <summary>The value of ETag, with its quotes.</summary>
    public byte[] ETag { get; }

    /// <summary>The value of Digest, or empty.</summary>
    public byte[] Digest { get; }
}
