using System.Buffers.Binary;
using System.Text;

namespace Larder.Extensions.Caching.Hybrid;

/// <summary>
/// An entry as the servers keep it: the versions of its tags, then the serialized value.
/// <code>
/// byte     1: a value follows; 2: the value is null
/// byte     count of tags, 1 to 255: the one that all entries have stands first, without a name
/// tags     each: version (8 bytes, little-endian), bytes of the name (2), the name in UTF-8
/// value    to the end
/// </code>
/// </summary>
internal static class StoredEntry
{
    /// <summary>Tags that one entry can have, beside the one of all.</summary>
    public const int TagsMax = 254;

    private const byte WithValue = 1;
    private const byte OfNull = 2;
    private const int HeadBytes = 2;
    private const int TagHeadBytes = sizeof(ulong) + sizeof(ushort);

    /// <summary>Bytes before the value.</summary>
    public static int BytesBefore(ReadOnlySpan<TagMark> tags)
    {
        int bytes = HeadBytes;
        foreach (TagMark tag in tags) bytes += TagHeadBytes + Encoding.UTF8.GetByteCount(tag.Tag);
        return bytes;
    }

    /// <summary>Writes what stands before the value.</summary>
    public static void WriteBefore(ReadOnlySpan<TagMark> tags, bool isNull, Span<byte> destination)
    {
        destination[0] = isNull ? OfNull : WithValue;
        destination[1] = (byte)tags.Length;
        Span<byte> rest = destination[HeadBytes..];
        foreach (TagMark tag in tags)
        {
            BinaryPrimitives.WriteUInt64LittleEndian(rest, tag.Version);
            int length = Encoding.UTF8.GetBytes(tag.Tag, rest[TagHeadBytes..]);
            BinaryPrimitives.WriteUInt16LittleEndian(rest[sizeof(ulong)..], (ushort)length);
            rest = rest[(TagHeadBytes + length)..];
        }
    }

    /// <summary>Reads it; false for what is no entry of this format.</summary>
    public static bool TryRead(ReadOnlySpan<byte> entry, out TagMark[] tags, out bool isNull, out int valueAt)
    {
        tags = [];
        isNull = entry.Length > 0 && entry[0] == OfNull;
        valueAt = HeadBytes;
        if (entry.Length < HeadBytes || (entry[0] != WithValue && !isNull)) return false;
        tags = new TagMark[entry[1]];
        for (int index = 0; index < tags.Length; index++)
        {
            ReadOnlySpan<byte> rest = entry[valueAt..];
            if (rest.Length < TagHeadBytes) return false;
            ulong version = BinaryPrimitives.ReadUInt64LittleEndian(rest);
            int length = BinaryPrimitives.ReadUInt16LittleEndian(rest[sizeof(ulong)..]);
            if (rest.Length < TagHeadBytes + length) return false;
            tags[index] = new(Encoding.UTF8.GetString(rest.Slice(TagHeadBytes, length)), version);
            valueAt += TagHeadBytes + length;
        }
        return true;
    }
}
