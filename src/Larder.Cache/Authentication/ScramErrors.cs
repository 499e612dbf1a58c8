namespace Larder.Cache.Authentication;

/// <summary>What a server says of a SCRAM exchange that failed (RFC 5802 7, server-error-value).</summary>
internal static class ScramErrors
{
    /// <summary>The message is not one of SCRAM's, or its base64 is none.</summary>
    public static ReadOnlySpan<byte> InvalidEncoding => "e=invalid-encoding"u8;

    /// <summary>An extension is demanded, and there is none.</summary>
    public static ReadOnlySpan<byte> ExtensionsNotSupported => "e=extensions-not-supported"u8;

    /// <summary>The password is wrong, or nobody is called so: which of them is not told.</summary>
    public static ReadOnlySpan<byte> InvalidProof => "e=invalid-proof"u8;

    /// <summary>The last message repeats another beginning than the first one had.</summary>
    public static ReadOnlySpan<byte> ChannelBindingsDontMatch => "e=channel-bindings-dont-match"u8;

    /// <summary>Channel binding is demanded, and there is none.</summary>
    public static ReadOnlySpan<byte> ChannelBindingNotSupported => "e=channel-binding-not-supported"u8;

    /// <summary>The user's name has an equals sign that stands for nothing, or is no name.</summary>
    public static ReadOnlySpan<byte> InvalidUserNameEncoding => "e=invalid-username-encoding"u8;

    /// <summary>Anything else: another identity, another nonce.</summary>
    public static ReadOnlySpan<byte> OtherError => "e=other-error"u8;
}
