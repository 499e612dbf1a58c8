using System.Text;

namespace Larder.Protocol.Placement;

/// <summary>Which bytes of a key are hashed: all, unless the options name a prefix, a stop or a tag.</summary>
internal readonly struct HashedPart
{
    private readonly byte[]? _prefix;
    private readonly byte[]? _stop;
    private readonly byte _tagBegin;
    private readonly byte _tagEnd;
    private readonly bool _isWhole;

    /// <summary>Reads the options.</summary>
    /// <param name="options">Prefix, stop and tag.</param>
    /// <exception cref="ArgumentException">A tag that is not two characters, or an empty stop or prefix.</exception>
    public HashedPart(PlacementOptions options)
    {
        _prefix = Encode(options.SkippedPrefix, nameof(options.SkippedPrefix));
        _stop = Encode(options.HashStop, nameof(options.HashStop));
        if (options.HashTag is { } tag)
        {
            if (tag.Length != 2 || !Ascii.IsValid(tag) || tag.Contains('\0', StringComparison.Ordinal))
                throw new ArgumentException($"a hash tag is two characters, as {{}}, not '{tag}'", nameof(options));
            (_tagBegin, _tagEnd) = ((byte)tag[0], (byte)tag[1]);
        }
        _isWhole = _prefix is null && _stop is null && options.HashTag is null;
    }

    /// <summary>The bytes of a key that are hashed.</summary>
    /// <param name="key">The key.</param>
    /// <returns>A part of it.</returns>
    public ReadOnlySpan<byte> Of(ReadOnlySpan<byte> key) => _isWhole ? key : Cut(key);

    private ReadOnlySpan<byte> Cut(ReadOnlySpan<byte> key)
    {
        if (_prefix is not null && key.StartsWith(_prefix))
            key = key[_prefix.Length..];
        if (_stop is not null && key.IndexOf(_stop) is var stop and >= 0)
            key = key[..stop];
        return _tagBegin == 0 ? key : Tagged(key);
    }

    // twemproxy: the first begin, the next end behind it, and nothing between them means the whole key.
    private ReadOnlySpan<byte> Tagged(ReadOnlySpan<byte> key)
    {
        int begin = key.IndexOf(_tagBegin);
        if (begin < 0)
            return key;
        int length = key[(begin + 1)..].IndexOf(_tagEnd);
        return length <= 0 ? key : key.Slice(begin + 1, length);
    }

    private static byte[]? Encode(string? text, string name) => text switch
    {
        null => null,
        "" => throw new ArgumentException($"{name} is empty", nameof(text)),
        _ => Encoding.UTF8.GetBytes(text),
    };
}
