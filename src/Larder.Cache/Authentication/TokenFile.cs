using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Larder.Cache.Authentication;

/// <summary>
/// Who may enter over the text protocols: the lines <c>user:password</c> of memcached's -Y. They are kept as digests
/// under a key of this process, all of the same length, and every one is compared with what a client says, so that
/// the time tells neither which line was nearly right nor how much of it. Any thread.
/// </summary>
public sealed class TokenFile
{
    /// <summary>Lines that are read; memcached reads 8.</summary>
    public const int EntriesMax = 1024;

    /// <summary>The longest line, in bytes without its end (memcached's).</summary>
    public const int LineLengthMax = 255;

    private const int DigestLength = SHA256.HashSizeInBytes;

    private readonly byte[] _key = RandomNumberGenerator.GetBytes(DigestLength);
    private readonly string _place;
    private byte[] _digests; // owner: Reload, by volatile writes; the array itself does not change

    private TokenFile(string path)
    {
        Path = path;
        _place = FileText.PlaceOf(path);
        (byte[]? digests, string? error) = Read();
        _digests = digests ?? throw new PasswordFileException(error!);
    }

    /// <summary>Where it is read from.</summary>
    public string Path { get; }

    /// <summary>How many tokens there are.</summary>
    public int Count => Volatile.Read(ref _digests).Length / DigestLength;

    /// <summary>Reads a file.</summary>
    /// <exception cref="PasswordFileException">It cannot be read, is empty, or has a line that is no token.</exception>
    public static TokenFile Load(string path) => new(path);

    /// <summary>
    /// Reads the file again; clients that are in stay. When it is not good the old tokens stay. Any thread; it blocks.
    /// </summary>
    /// <returns>Null, or in one line what is wrong.</returns>
    public string? Reload()
    {
        (byte[]? digests, string? error) = Read();
        if (digests is not null)
        {
            Volatile.Write(ref _digests, digests);
        }
        return error;
    }

    /// <summary>Whether there is such a user with such a password.</summary>
    internal bool Knows(ReadOnlySpan<byte> user, ReadOnlySpan<byte> password)
    {
        byte[] digests = Volatile.Read(ref _digests);
        Span<byte> digest = stackalloc byte[DigestLength];
        WriteDigest(user, password, digest);
        bool isKnown = false;
        for (int at = 0; at < digests.Length; at += DigestLength)
        {
            isKnown |= CryptographicOperations.FixedTimeEquals(digest, digests.AsSpan(at, DigestLength));
        }
        return isKnown;
    }

    private (byte[]? Digests, string? Error) Read()
    {
        byte[]? text = FileText.Read(_place, EntriesMax * (LineLengthMax + 2), out string reason);
        if (text is null)
        {
            return (null, $"Could not open authfile [{Path}] for reading, error {reason}");
        }
        List<byte[]> lines = FileText.Lines(text);
        CryptographicOperations.ZeroMemory(text);
        if (lines.Count is 0 or > EntriesMax)
        {
            return (null, lines.Count == 0
                ? $"Authfile [{Path}] is empty: nobody could enter"
                : $"Authfile [{Path}] has more than {EntriesMax} entries");
        }
        byte[] digests = new byte[lines.Count * DigestLength];
        for (int index = 0; index < lines.Count; index++)
        {
            ReadOnlySpan<byte> line = lines[index];
            int colon = line.IndexOf((byte)':');
            if (colon < 0 || line.Length > LineLengthMax)
            {
                string what = colon < 0 ? "Should be 'user:password'" : $"More than {LineLengthMax} bytes";
                return (null, $"Authfile [{Path}] has a malformed entry. {what} (line {index + 1})");
            }
            WriteDigest(line[..colon], line[(colon + 1)..], digests.AsSpan(index * DigestLength, DigestLength));
            CryptographicOperations.ZeroMemory(lines[index]);
        }
        return (digests, null);
    }

    /// <summary>The user's length stands first, so that no other pair has the same bytes.</summary>
    private void WriteDigest(ReadOnlySpan<byte> user, ReadOnlySpan<byte> password, Span<byte> digest)
    {
        using var hmac = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, _key);
        Span<byte> length = stackalloc byte[sizeof(int)];
        BinaryPrimitives.WriteInt32LittleEndian(length, user.Length);
        hmac.AppendData(length);
        hmac.AppendData(user);
        hmac.AppendData(password);
        hmac.GetHashAndReset(digest);
    }
}
