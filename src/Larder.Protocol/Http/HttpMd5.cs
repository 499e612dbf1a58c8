using System.Buffers;
using System.Buffers.Text;

namespace Larder.Protocol.Http;

/// <summary>The value of Content-MD5 (RFC 1864): sixteen bytes as twenty-four characters of base64.</summary>
public static class HttpMd5
{
    /// <summary>Bytes of the digest.</summary>
    public const int DigestLength = 16;

    /// <summary>Characters of the text, two of padding among them.</summary>
    public const int TextLength = 24;

    /// <summary>Decodes a digest.</summary>
    /// <param name="text">The value, without white space around it.</param>
    /// <param name="digest">Receives the digest; at least <see cref="DigestLength"/> bytes.</param>
    /// <returns>
    /// False when the text is not 22 characters of base64 and <c>==</c>, or has bits behind the last byte.
    /// </returns>
    public static bool TryDecode(ReadOnlySpan<byte> text, Span<byte> digest)
    {
        if (text.Length != TextLength)
            return false;
        OperationStatus status = Base64.DecodeFromUtf8(text, digest[..DigestLength], out _, out int written);
        return status == OperationStatus.Done && written == DigestLength && HasNoBitsBehind(text[^3]);
    }

    /// <summary>Encodes a digest.</summary>
    /// <param name="digest"><see cref="DigestLength"/> bytes.</param>
    /// <param name="text">Receives the text; at least <see cref="TextLength"/> bytes.</param>
    /// <returns>24.</returns>
    public static int Encode(ReadOnlySpan<byte> digest, Span<byte> text)
    {
        Base64.EncodeToUtf8(digest[..DigestLength], text, out _, out int written);
        return written;
    }

    // The last character carries two bits; the other four are zero.
    private static bool HasNoBitsBehind(byte character) =>
        character is (byte)'A' or (byte)'Q' or (byte)'g' or (byte)'w';
}
