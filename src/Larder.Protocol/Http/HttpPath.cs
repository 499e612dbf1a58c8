namespace Larder.Protocol.Http;

/// <summary>
/// A path that may be looked up below the document root: decoded, one slash where there were several, no segment
/// <c>.</c> or <c>..</c>, no NUL. Its span borrows the target or the scratch space of <see cref="HttpPathReader"/>.
/// </summary>
public readonly ref struct HttpPath
{
    /// <summary>The greatest device number (cmogstored: 0xffffff).</summary>
    public const int DeviceMax = 0xffffff;

    internal HttpPath(ReadOnlySpan<byte> text, int device, int restAt, bool isPutTarget)
    {
        Text = text;
        Device = device;
        Rest = text[restAt..];
        IsPutTarget = isPutTarget;
    }

    /// <summary>The whole path, beginning with one slash.</summary>
    public ReadOnlySpan<byte> Text { get; }

    /// <summary>
    /// N of the <c>devN</c> that is the first segment, 0..<see cref="DeviceMax"/>; -1 when it is none.
    /// </summary>
    public int Device { get; }

    /// <summary>
    /// What is behind <c>/devN/</c>, or behind the first slash of a path without a device; empty for the device itself.
    /// </summary>
    public ReadOnlySpan<byte> Rest { get; }

    /// <summary>
    /// Whether PUT may go there: below <c>/dev</c> and digits, not ending in a slash. Otherwise PUT is answered 400 and
    /// the connection closed.
    /// </summary>
    public bool IsPutTarget { get; }

    /// <summary>Whether it is the document root, which GET answers with 200 and nothing.</summary>
    public bool IsRoot => Text.Length == 1;

    /// <summary>Whether it ends in a slash, as directories may.</summary>
    public bool EndsInSlash => Text[^1] == '/';
}
