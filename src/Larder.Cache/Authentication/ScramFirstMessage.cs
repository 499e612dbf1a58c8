namespace Larder.Cache.Authentication;

/// <summary>
/// A client's first message of SCRAM (RFC 5802 7): <c>n,[a=authzid],n=user,r=nonce[,extensions]</c>, the first letter
/// <c>y</c> if the client could bind to a channel, and <c>p=</c> if it insists.
/// </summary>
internal readonly ref struct ScramFirstMessage
{
    /// <summary>The longest nonce, so that the answer with ours behind it has room.</summary>
    public const int NonceLengthMax = 512;

    private ScramFirstMessage(ReadOnlySpan<byte> header, ReadOnlySpan<byte> bare, byte[] user, ReadOnlySpan<byte> nonce)
    {
        Header = header;
        Bare = bare;
        User = user;
        Nonce = nonce;
    }

    /// <summary>The gs2-header, which the last message repeats in base64.</summary>
    public ReadOnlySpan<byte> Header { get; }

    /// <summary>What is behind the header: part of what both sides prove.</summary>
    public ReadOnlySpan<byte> Bare { get; }

    /// <summary>The user's name, without the escapes.</summary>
    public byte[] User { get; }

    /// <summary>The client's part of the nonce.</summary>
    public ReadOnlySpan<byte> Nonce { get; }

    /// <summary>Reads a message.</summary>
    /// <returns>Empty, or one of <see cref="ScramErrors"/>; the message then says nothing.</returns>
    public static ReadOnlySpan<byte> Read(ReadOnlySpan<byte> message, out ScramFirstMessage first)
    {
        first = default;
        if (message.StartsWith("p="u8))
        {
            return ScramErrors.ChannelBindingNotSupported;
        }
        int binding = message.IndexOf((byte)',');
        int authorization = binding < 0 ? -1 : message[(binding + 1)..].IndexOf((byte)',');
        if (authorization < 0 || binding != 1 || message[0] is not ((byte)'n' or (byte)'y'))
        {
            return ScramErrors.InvalidEncoding;
        }
        ReadOnlySpan<byte> identity = message.Slice(binding + 1, authorization);
        ReadOnlySpan<byte> header = message[..(binding + authorization + 2)];
        ReadOnlySpan<byte> bare = message[header.Length..];
        if (bare.StartsWith("m="u8))
        {
            return ScramErrors.ExtensionsNotSupported;
        }
        int name = bare.IndexOf((byte)',');
        if (name < 0 || !bare.StartsWith("n="u8) || (!identity.IsEmpty && !identity.StartsWith("a="u8)))
        {
            return ScramErrors.InvalidEncoding;
        }
        ReadOnlySpan<byte> nonce = bare[(name + 1)..];
        int end = nonce.IndexOf((byte)',');
        nonce = end < 0 ? nonce : nonce[..end];
        if (nonce.Length is <= 2 or > NonceLengthMax || !nonce.StartsWith("r="u8)
            || nonce.ContainsAnyExceptInRange((byte)'!', (byte)'~'))
        {
            return ScramErrors.InvalidEncoding;
        }
        byte[]? user = Unescape(bare[2..name]);
        if (user is null)
        {
            return ScramErrors.InvalidUserNameEncoding;
        }
        if (!identity.IsEmpty && !identity[2..].SequenceEqual(bare[2..name]))
        {
            return ScramErrors.OtherError;
        }
        first = new(header, bare, user, nonce[2..]);
        return default;
    }

    /// <summary>=2C is a comma, =3D an equals sign, and no other stands for itself.</summary>
    private static byte[]? Unescape(ReadOnlySpan<byte> name)
    {
        byte[] user = new byte[name.Length];
        int length = 0;
        for (int at = 0; at < name.Length; at++)
        {
            byte letter = name[at];
            if (letter == '=')
            {
                ReadOnlySpan<byte> escape = name[at..];
                letter = escape.StartsWith("=2C"u8) ? (byte)',' : escape.StartsWith("=3D"u8) ? (byte)'=' : (byte)0;
                at += 2;
            }
            if (letter == 0)
            {
                return null;
            }
            user[length++] = letter;
        }
        return length is > 0 and <= PasswordRules.UserLengthMax ? user[..length] : null;
    }
}
