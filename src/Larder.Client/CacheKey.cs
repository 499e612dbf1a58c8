using System.Text;

namespace Larder.Client;

/// <summary>
/// A key: a string, sent as UTF-8, or bytes. 1 to 250 bytes without spaces and control characters; what is done with
/// others is an option (<see cref="CacheClientOptions.InvalidKeys"/>).
/// </summary>
/// <remarks>Bytes are borrowed: they must stay as they are until the operation has returned to its caller.</remarks>
public readonly struct CacheKey : IEquatable<CacheKey>
{
    private readonly string? _text;
    private readonly ReadOnlyMemory<byte> _bytes;

    /// <summary>A key of text.</summary>
    /// <param name="text">The text.</param>
    public CacheKey(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        _text = text;
    }

    /// <summary>A key of bytes.</summary>
    /// <param name="bytes">The bytes.</param>
    public CacheKey(ReadOnlyMemory<byte> bytes) => _bytes = bytes;

    internal string? Text => _text;

    internal ReadOnlySpan<byte> Bytes => _bytes.Span;

    /// <summary>A key of text.</summary>
    public static implicit operator CacheKey(string text) => new(text);

    /// <summary>A key of bytes.</summary>
    public static implicit operator CacheKey(byte[] bytes) => new(bytes);

    /// <summary>A key of bytes.</summary>
    public static implicit operator CacheKey(ReadOnlyMemory<byte> bytes) => new(bytes);

    /// <summary>Whether both are the same bytes.</summary>
    public static bool operator ==(CacheKey left, CacheKey right) => left.Equals(right);

    /// <summary>Whether both are different bytes.</summary>
    public static bool operator !=(CacheKey left, CacheKey right) => !left.Equals(right);

    /// <summary>The key of a text, for languages without conversions.</summary>
    public static CacheKey FromString(string text) => new(text);

    /// <summary>The key of bytes, for languages without conversions.</summary>
    public static CacheKey FromBytes(ReadOnlyMemory<byte> bytes) => new(bytes);

    /// <inheritdoc/>
    public bool Equals(CacheKey other) => _text is not null && other._text is not null
        ? string.Equals(_text, other._text, StringComparison.Ordinal)
        : ToBytes().SequenceEqual(other.ToBytes());

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is CacheKey other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        HashCode hash = default;
        hash.AddBytes(ToBytes());
        return hash.ToHashCode();
    }

    /// <summary>The key as text; bytes that are no UTF-8 are replaced.</summary>
    public override string ToString() => _text ?? Encoding.UTF8.GetString(_bytes.Span);

    private ReadOnlySpan<byte> ToBytes() => _text is null ? _bytes.Span : Encoding.UTF8.GetBytes(_text);
}
