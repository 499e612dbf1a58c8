namespace Larder.Cache.Commands;

/// <summary>What memcached says to those who log in over the text protocols (-Y), with CR LF, byte for byte.</summary>
internal static class LoginReplies
{
    public static ReadOnlySpan<byte> Unauthenticated => "CLIENT_ERROR unauthenticated\r\n"u8;

    public static ReadOnlySpan<byte> TokenTooLong => "CLIENT_ERROR auth token too long\r\n"u8;

    public static ReadOnlySpan<byte> BadTermination => "CLIENT_ERROR bad command line termination\r\n"u8;

    public static ReadOnlySpan<byte> BadTokenFormat => "CLIENT_ERROR bad authentication token format\r\n"u8;

    public static ReadOnlySpan<byte> Failure => "CLIENT_ERROR authentication failure\r\n"u8;
}
