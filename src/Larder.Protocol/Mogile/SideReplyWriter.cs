using System.Diagnostics;
using Larder.Protocol.Scan;

namespace Larder.Protocol.Mogile;

/// <summary>
/// Writes the side-channel's replies, byte for byte as cmogstored. Each method writes from the beginning of its
/// destination and returns the bytes written.
/// </summary>
public static class SideReplyWriter
{
    /// <summary>What any reply with a path or a word adds to it, at most.</summary>
    public const int Overhead = 64;

    /// <summary>The most bytes of <see cref="WriteUtilization(Span{byte}, int, int)"/>.</summary>
    public const int UtilizationLengthMax = 32;

    /// <summary>A utilisation that is not known.</summary>
    public const int UtilizationUnknown = -1;

    /// <summary>The reply to an empty line and to a number of threads.</summary>
    public static ReadOnlySpan<byte> Blank => "\r\n"u8;

    /// <summary>The reply to a path that leads upwards or is too long.</summary>
    public static ReadOnlySpan<byte> UriInvalid => "ERROR: uri invalid (contains ..)\r\n"u8;

    /// <summary>The end of one report of utilisation.</summary>
    public static ReadOnlySpan<byte> ReportEnd => ".\n"u8;

    /// <summary>Writes <c>path size CRLF</c>.</summary>
    /// <param name="destination">At least the path's length and <see cref="Overhead"/>.</param>
    /// <param name="path">As sent.</param>
    /// <param name="size">Bytes, also of a directory; -1 for what is not there.</param>
    /// <returns>The bytes written.</returns>
    public static int WriteSize(Span<byte> destination, ReadOnlySpan<byte> path, long size)
    {
        int at = Copy(path, destination);
        destination[at++] = (byte)' ';
        at += NumberWriter.WriteSigned(destination[at..], size);
        return at + Copy(Blank, destination[at..]);
    }

    /// <summary>Writes <c>path MD5=digest CRLF</c>, or SHA-1.</summary>
    /// <param name="destination">At least the path's length and <see cref="Overhead"/>.</param>
    /// <param name="path">As sent.</param>
    /// <param name="command">Md5 or Sha1.</param>
    /// <param name="digest">16 or 20 bytes, or empty for a file that cannot be opened: <c>-1</c>.</param>
    /// <returns>The bytes written.</returns>
    public static int WriteDigest(
        Span<byte> destination, ReadOnlySpan<byte> path, SideCommand command, ReadOnlySpan<byte> digest)
    {
        int at = Copy(path, destination);
        at += Copy(command == SideCommand.Md5 ? " MD5="u8 : " SHA-1="u8, destination[at..]);
        if (digest.IsEmpty)
            return at + Copy("-1\r\n"u8, destination[at..]);
        bool written = Convert.TryToHexStringLower(digest, destination[at..], out int length);
        Debug.Assert(written, "the caller has reserved the length");
        at += length;
        return at + Copy(Blank, destination[at..]);
    }

    /// <summary>Writes <c>ERR read path at offset failed CRLF</c>.</summary>
    /// <param name="destination">At least the path's length and <see cref="Overhead"/>.</param>
    /// <param name="path">As sent.</param>
    /// <param name="offset">How far it could be read; 0 for a directory.</param>
    /// <returns>The bytes written.</returns>
    public static int WriteReadError(Span<byte> destination, ReadOnlySpan<byte> path, long offset)
    {
        int at = Copy("ERR read "u8, destination);
        at += Copy(path, destination[at..]);
        at += Copy(" at "u8, destination[at..]);
        at += NumberWriter.Write(destination[at..], (ulong)offset);
        return at + Copy(" failed\r\n"u8, destination[at..]);
    }

    /// <summary>Writes <c>ERROR: unknown command: word CRLF</c>.</summary>
    /// <param name="destination">At least the word's length and <see cref="Overhead"/>.</param>
    /// <param name="word">The request's <see cref="SideRequest.Word"/>.</param>
    /// <returns>The bytes written.</returns>
    public static int WriteUnknown(Span<byte> destination, ReadOnlySpan<byte> word)
    {
        int at = Copy("ERROR: unknown command: "u8, destination);
        at += Copy(word, destination[at..]);
        return at + Copy(Blank, destination[at..]);
    }

    /// <summary>Writes a device's line of a report: <c>id TAB utilisation LF</c>, as <c>3 TAB 12.34</c>.</summary>
    /// <param name="destination">At least <see cref="UtilizationLengthMax"/> bytes.</param>
    /// <param name="device">N of <c>devN</c>.</param>
    /// <param name="hundredths">Hundredths of a per cent, or <see cref="UtilizationUnknown"/>.</param>
    /// <returns>The bytes written.</returns>
    public static int WriteUtilization(Span<byte> destination, int device, int hundredths)
    {
        if (hundredths < 0)
            return WriteUtilization(destination, device, "-"u8);
        Span<byte> text = stackalloc byte[NumberWriter.UInt32LengthMax + 3];
        int at = NumberWriter.Write(text, (uint)hundredths / 100);
        text[at++] = (byte)'.';
        text[at++] = (byte)('0' + (hundredths / 10 % 10));
        text[at++] = (byte)('0' + (hundredths % 10));
        return WriteUtilization(destination, device, text[..at]);
    }

    /// <summary>Writes a device's line with a utilisation that another program has printed.</summary>
    /// <param name="destination">At least 12 bytes more than the text.</param>
    /// <param name="device">N of <c>devN</c>.</param>
    /// <param name="text">The utilisation.</param>
    /// <returns>The bytes written.</returns>
    public static int WriteUtilization(Span<byte> destination, int device, scoped ReadOnlySpan<byte> text)
    {
        int at = NumberWriter.Write(destination, (uint)device);
        destination[at++] = (byte)'\t';
        at += Copy(text, destination[at..]);
        destination[at++] = (byte)'\n';
        return at;
    }

    private static int Copy(scoped ReadOnlySpan<byte> text, Span<byte> destination)
    {
        text.CopyTo(destination);
        return text.Length;
    }
}
