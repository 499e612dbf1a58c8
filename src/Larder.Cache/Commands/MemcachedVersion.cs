using System.Text;

namespace Larder.Cache.Commands;

/// <summary>
/// The release of memcached that the cache answers as: <c>version</c>, <c>stats version</c> and <c>-V</c>. Clients
/// choose features by it, and some parse it as nothing but numbers and dots, so no name of ours stands behind it
/// (docs/decisions/version-answer.md); <c>stats larder</c> has our own version.
/// </summary>
public static class MemcachedVersion
{
    /// <summary>Major, minor and patch.</summary>
    public const string Text = "1.6.45";

    private static readonly byte[] s_bytes = Encoding.ASCII.GetBytes(Text);
    private static readonly byte[] s_reply = Encoding.ASCII.GetBytes($"VERSION {Text}\r\n");

    /// <summary>The answer to <c>version</c>, with CR LF.</summary>
    internal static ReadOnlySpan<byte> Reply => s_reply;

    /// <summary>The answer's value in the binary protocol.</summary>
    internal static ReadOnlySpan<byte> Bytes => s_bytes;
}
