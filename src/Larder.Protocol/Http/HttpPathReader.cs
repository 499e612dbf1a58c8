using System.Buffers;

namespace Larder.Protocol.Http;

/// <summary>
/// Makes a path of a request's target: <c>/path</c> or <c>http://host/path</c> (RFC 9112, section 3.2). Without query,
/// whose mark is not allowed in a path.
/// </summary>
public static class HttpPathReader
{
    /// <summary>
    /// Bytes of a narrow path with its first slash; slashes before that one do not count (cmogstored).
    /// </summary>
    public const int NarrowLengthMax = 37;

    /// <summary>
    /// Bytes of a wide path, decoded: three quarters of Linux's PATH_MAX, so that a document root and the suffix of a
    /// temporary file have room.
    /// </summary>
    public const int WideLengthMax = 3072;

    /// <summary>Bytes of a segment, decoded (Linux's NAME_MAX).</summary>
    public const int SegmentLengthMax = 255;

    private const int DeviceDigitsMax = 8;

    private static readonly SearchValues<byte> s_narrow = SearchValues.Create(
        "-./0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"u8);

    private static readonly SearchValues<byte> s_wide = SearchValues.Create(
        "-./0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz_~!$&'()*+,;=:@%"u8);

    private static readonly SearchValues<byte> s_authority = SearchValues.Create(
        "-.0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz_~!$&'()*+;=:%[]"u8);

    /// <summary>Reads a target.</summary>
    /// <param name="target">The request's target, or a path of the side-channel.</param>
    /// <param name="names">Which paths there may be.</param>
    /// <param name="scratch">
    /// Room for a path that is not the same when decoded: <see cref="WideLengthMax"/> bytes, for narrow names
    /// <see cref="NarrowLengthMax"/>.
    /// </param>
    /// <param name="path">The path; default when the result is an error.</param>
    /// <returns>None, or what is wrong; <see cref="StatusOf"/> tells the answer.</returns>
    public static HttpPathError Read(
        ReadOnlySpan<byte> target, HttpNames names, Span<byte> scratch, out HttpPath path)
    {
        path = default;
        if (!TrySkipOrigin(ref target))
            return HttpPathError.Malformed;
        int start = target.IndexOfAnyExcept((byte)'/');
        target = target[((start < 0 ? target.Length : start) - 1)..];
        HttpPathError error = names == HttpNames.Narrow
            ? ReadNarrow(target, scratch, out ReadOnlySpan<byte> text)
            : ReadWide(target, scratch, out text);
        if (error == HttpPathError.None)
            path = Split(text);
        return error;
    }

    /// <summary>The answer to a target that is no path; 400 closes the connection, 403 does not.</summary>
    /// <param name="error">Not None.</param>
    /// <returns>BadRequest or Forbidden.</returns>
    public static HttpStatus StatusOf(HttpPathError error) =>
        error == HttpPathError.Forbidden ? HttpStatus.Forbidden : HttpStatus.BadRequest;

    /// <summary>Whether a text can be a host, with a port or without; also empty (RFC 9110, section 7.2).</summary>
    internal static bool IsAuthority(ReadOnlySpan<byte> text) => !text.ContainsAnyExcept(s_authority);

    private static bool TrySkipOrigin(ref ReadOnlySpan<byte> target)
    {
        if (target.StartsWith("/"u8))
            return true;
        int scheme = AsciiText.StartsWithIgnoreCase(target, "http://"u8) ? 7
            : AsciiText.StartsWithIgnoreCase(target, "https://"u8) ? 8
            : -1;
        if (scheme < 0)
            return false;
        target = target[scheme..];
        int slash = target.IndexOf((byte)'/');
        ReadOnlySpan<byte> authority = slash < 0 ? target : target[..slash];
        // RFC 9110, section 4.2.3: no path is the path of one slash.
        target = slash < 0 ? "/"u8 : target[slash..];
        return !authority.IsEmpty && IsAuthority(authority);
    }

    private static HttpPathError ReadNarrow(
        ReadOnlySpan<byte> target, Span<byte> scratch, out ReadOnlySpan<byte> text)
    {
        text = target;
        if (target.ContainsAnyExcept(s_narrow))
            return HttpPathError.Malformed;
        if (target.Length > NarrowLengthMax)
            return HttpPathError.TooLong;
        if (target.IndexOf(".."u8) >= 0 || target.IndexOf("/./"u8) >= 0 || target.EndsWith("/."u8))
            return HttpPathError.Forbidden;
        return target.IndexOf("//"u8) < 0 ? HttpPathError.None : Decode(target, scratch, NarrowLengthMax, out text);
    }

    private static HttpPathError ReadWide(
        ReadOnlySpan<byte> target, Span<byte> scratch, out ReadOnlySpan<byte> text)
    {
        text = target;
        if (target.ContainsAnyExcept(s_wide))
            return HttpPathError.Malformed;
        if (target.Contains((byte)'%') || target.IndexOf("//"u8) >= 0)
        {
            HttpPathError error = Decode(target, scratch, WideLengthMax, out text);
            if (error != HttpPathError.None)
                return error;
        }
        return text.Length > WideLengthMax ? HttpPathError.TooLong : CheckSegments(text);
    }

    // A malformed path is malformed however long it is: the rest is read even if it has no room.
    private static HttpPathError Decode(
        ReadOnlySpan<byte> target, Span<byte> scratch, int lengthMax, out ReadOnlySpan<byte> text)
    {
        text = default;
        int length = 0;
        byte last = 0;
        for (int i = 0; i < target.Length; i++)
        {
            byte character = target[i];
            if (character == '%')
            {
                if (!TryDecodeByte(target[i..], out character))
                    return HttpPathError.Malformed;
                i += 2;
            }
            else if (character == '/' && last == '/')
            {
                continue;
            }
            last = character;
            if (length < lengthMax)
                scratch[length] = character;
            length++;
        }
        if (length > lengthMax)
            return HttpPathError.TooLong;
        text = scratch[..length];
        return HttpPathError.None;
    }

    // A decoded slash would be a separator that no proxy has seen; control characters would break lines of the
    // side-channel and of logs.
    private static bool TryDecodeByte(ReadOnlySpan<byte> text, out byte value)
    {
        value = 0;
        if (text.Length < 3 || !char.IsAsciiHexDigit((char)text[1]) || !char.IsAsciiHexDigit((char)text[2]))
            return false;
        value = (byte)((HexValue(text[1]) << 4) | HexValue(text[2]));
        return value is >= (byte)' ' and not ((byte)'/' or 0x7f);
    }

    private static int HexValue(byte digit) => digit <= '9' ? digit - '0' : (digit | 0x20) - 'a' + 10;

    private static HttpPathError CheckSegments(ReadOnlySpan<byte> text)
    {
        HttpPathError error = HttpPathError.None;
        while (!text.IsEmpty)
        {
            text = text[1..];
            int slash = text.IndexOf((byte)'/');
            ReadOnlySpan<byte> segment = slash < 0 ? text : text[..slash];
            text = text[segment.Length..];
            if (segment.Length > SegmentLengthMax)
                return HttpPathError.TooLong;
            if (segment is [(byte)'.'] or [(byte)'.', (byte)'.'])
                error = HttpPathError.Forbidden;
        }
        return error;
    }

    private static HttpPath Split(ReadOnlySpan<byte> text)
    {
        if (!text.StartsWith("/dev"u8))
            return new HttpPath(text, -1, 1, isPutTarget: false);
        ReadOnlySpan<byte> behind = text["/dev".Length..];
        int digits = behind.IndexOfAnyExceptInRange((byte)'0', (byte)'9');
        if (digits < 0)
            digits = behind.Length;
        bool isAlone = digits == behind.Length;
        if (digits == 0 || (!isAlone && behind[digits] != '/'))
            return new HttpPath(text, -1, 1, isPutTarget: false);
        int device = DeviceOf(behind[..digits]);
        int restAt = "/dev".Length + digits + (isAlone ? 0 : 1);
        bool isPutTarget = restAt < text.Length && text[^1] != '/';
        return new HttpPath(text, device, device < 0 ? 1 : restAt, isPutTarget);
    }

    // dev007 and dev99999999 are names like others, of no device.
    private static int DeviceOf(ReadOnlySpan<byte> digits)
    {
        if (digits.Length > DeviceDigitsMax || HttpNumber.Read(digits, out long device) != HttpStatus.None)
            return -1;
        return device <= HttpPath.DeviceMax ? (int)device : -1;
    }
}
