namespace Larder.Protocol.Text;

/// <summary>The answer for each <see cref="RequestError"/>, byte for byte as memcached 1.6.45 sends it.</summary>
public static class RequestErrors
{
    /// <summary>The longest of the lines, in bytes with CR LF.</summary>
    public const int LineLengthMax = 64;

    /// <summary>The line to send.</summary>
    /// <param name="error">Any value; None has an empty line.</param>
    /// <returns>A constant, with CR LF.</returns>
    public static ReadOnlySpan<byte> Line(RequestError error) => error switch
    {
        RequestError.None => default,
        RequestError.UnknownCommand => "ERROR\r\n"u8,
        RequestError.InvalidExptime => "CLIENT_ERROR invalid exptime argument\r\n"u8,
        RequestError.InvalidDelta => "CLIENT_ERROR invalid numeric delta argument\r\n"u8,
        RequestError.MetaTooManyFlags => "CLIENT_ERROR options flags are too long\r\n"u8,
        RequestError.MetaDuplicateFlag => "CLIENT_ERROR duplicate flag\r\n"u8,
        RequestError.MetaInvalidFlag => "CLIENT_ERROR invalid flag\r\n"u8,
        RequestError.MetaInvalidOrDuplicateFlag => "CLIENT_ERROR invalid or duplicate flag\r\n"u8,
        RequestError.MetaBadToken => "CLIENT_ERROR bad token in command line format\r\n"u8,
        RequestError.MetaInvalidInitial => "CLIENT_ERROR invalid numeric initial value\r\n"u8,
        RequestError.MetaInvalidDelta => "CLIENT_ERROR invalid numeric delta value\r\n"u8,
        RequestError.MetaOpaqueTooLong => "CLIENT_ERROR opaque token too long\r\n"u8,
        RequestError.MetaKeyDecoding => "CLIENT_ERROR error decoding key\r\n"u8,
        RequestError.MetaModeLength => "CLIENT_ERROR incorrect length for M token\r\n"u8,
        RequestError.MetaInvalidSetMode => "CLIENT_ERROR invalid mode for ms M token\r\n"u8,
        RequestError.MetaInvalidArithmeticMode => "CLIENT_ERROR invalid mode for ma M token\r\n"u8,
        _ => "CLIENT_ERROR bad command line format\r\n"u8,
    };
}
