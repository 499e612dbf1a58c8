using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.Unicode;
using Larder.Events.Files;
using Larder.Events.Native;
using Larder.Objects.Devices;

namespace Larder.Objects.Digesting;

/// <summary>
/// Digests of an object, kept with its file in an extended attribute, and the size and time of the bytes that they are
/// of: a file that was changed behind the store's back is found out by these.
/// </summary>
/// <remarks>
/// <code>
///   user.larder.digest = "1 SIZE MTIME-NS CRC32C[ MD5]"     numbers in decimal, digests in hexadecimal
/// </code>
/// Text, so that <c>getfattr</c> shows it. A reader that meets another first word ignores the rest.
/// </remarks>
public sealed class StoredDigest
{
    /// <summary>The longest text.</summary>
    public const int TextLengthMax = 100;

    private const string Version = "1";
    private const int Md5Bytes = 16;
    private const int FieldsMin = 4;

    /// <summary>Digests of bytes whose file has this status.</summary>
    /// <param name="size">Bytes of the file.</param>
    /// <param name="modifiedNs">Its time of last change of the bytes.</param>
    /// <param name="crc32C">Of the bytes.</param>
    /// <param name="md5">Of the bytes, 16 long; null when it was not computed.</param>
    public StoredDigest(long size, long modifiedNs, uint crc32C, byte[]? md5)
    {
        Size = size;
        ModifiedNs = modifiedNs;
        Crc32C = crc32C;
        Md5 = md5;
    }

    /// <summary>The attribute's name, a zero byte at its end.</summary>
    public static ReadOnlySpan<byte> Name => "user.larder.digest\0"u8;

    /// <summary>Bytes of the file that they are of.</summary>
    public long Size { get; }

    /// <summary>The time of last change of the bytes that they are of, in nanoseconds since 1970.</summary>
    public long ModifiedNs { get; }

    /// <summary>CRC-32C of the bytes.</summary>
    public uint Crc32C { get; }

    /// <summary>MD5 of the bytes, or null.</summary>
    public byte[]? Md5 { get; }

    /// <summary>MD5 in hexadecimal as the side-channel writes it, or null.</summary>
    public string? Md5Hex => Md5 == null ? null : Convert.ToHexStringLower(Md5);

    /// <summary>The value of Digest in an answer (RFC 3230, section 4.3.2; crc32c as registered with IANA).</summary>
    public byte[] HeaderValue()
    {
        byte[] crc = [(byte)(Crc32C >> 24), (byte)(Crc32C >> 16), (byte)(Crc32C >> 8), (byte)Crc32C];
        string value = "crc32c=" + Convert.ToBase64String(crc);
        return Encoding.ASCII.GetBytes(Md5 == null ? value : $"md5={Convert.ToBase64String(Md5)},{value}");
    }

    /// <summary>Whether the file still has the bytes that they are of, as far as size and time tell.</summary>
    public bool IsOf(in FileStatus status) => status.Size == Size && status.ModifiedNs == ModifiedNs;

    /// <summary>Writes the attribute's value.</summary>
    /// <param name="into">At least <see cref="TextLengthMax"/> bytes.</param>
    /// <returns>Its length.</returns>
    public int Write(Span<byte> into)
    {
        bool fits = Utf8.TryWrite(
            into, CultureInfo.InvariantCulture, $"{Version} {Size} {ModifiedNs} {Crc32C:x8}", out int length);
        Debug.Assert(fits, "room was promised");
        if (Md5 != null)
        {
            into[length++] = (byte)' ';
            length += Encoding.ASCII.GetBytes(Md5Hex!, into[length..]);
        }
        return length;
    }

    /// <summary>Reads an attribute's value; null when it is none of this version.</summary>
    public static StoredDigest? Read(ReadOnlySpan<byte> value)
    {
        string[] fields = Encoding.ASCII.GetString(value).Split(' ');
        if (fields.Length < FieldsMin || !string.Equals(fields[0], Version, StringComparison.Ordinal)
            || !long.TryParse(fields[1], NumberStyles.None, CultureInfo.InvariantCulture, out long size)
            || !long.TryParse(fields[2], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long time)
            || !uint.TryParse(fields[3], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out uint crc))
        {
            return null;
        }
        byte[]? md5 = null;
        if (fields.Length > FieldsMin)
        {
            md5 = new byte[Md5Bytes];
            if (Convert.FromHexString(fields[FieldsMin], md5, out int used, out int written)
                    != System.Buffers.OperationStatus.Done || used != fields[FieldsMin].Length || written != Md5Bytes)
            {
                return null;
            }
        }
        return new StoredDigest(size, time, crc, md5);
    }
}
