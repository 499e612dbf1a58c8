namespace Larder.Protocol.Binary;

/// <summary>What memcached sends as the value of an error, byte for byte.</summary>
public static class BinaryStatusText
{
    /// <summary>The longest of the texts, in bytes.</summary>
    public const int LengthMax = 46;

    /// <summary>The text for a status.</summary>
    /// <param name="status">Any; Success and AuthContinue have none.</param>
    /// <returns>A constant without an end.</returns>
    public static ReadOnlySpan<byte> Of(BinaryStatus status) => status switch
    {
        BinaryStatus.NotFound => "Not found"u8,
        BinaryStatus.Exists => "Data exists for key."u8,
        BinaryStatus.TooLarge => "Too large."u8,
        BinaryStatus.InvalidArguments => "Invalid arguments"u8,
        BinaryStatus.NotStored => "Not stored."u8,
        BinaryStatus.NonNumeric => "Non-numeric server-side value for incr or decr"u8,
        BinaryStatus.AuthError => "Auth failure."u8,
        BinaryStatus.UnknownCommand => "Unknown command"u8,
        BinaryStatus.OutOfMemory => "Out of memory"u8,
        BinaryStatus.TemporaryFailure => "Temporary failure"u8,
        _ => default,
    };
}
