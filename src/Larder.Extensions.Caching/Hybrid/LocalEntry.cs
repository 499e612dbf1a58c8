namespace Larder.Extensions.Caching.Hybrid;

/// <summary>
/// An entry as the callers of this process share it: the object where nobody can change it, else its bytes, from which
/// each of them gets an object of its own. Immutable.
/// </summary>
internal sealed class LocalEntry
{
    /// <summary>
    /// What a bookkeeping of this process costs for each entry, about: objects and the place in the cache.
    /// </summary>
    private const int Overhead = 256;

    private readonly int _valueAt;

    public LocalEntry(byte[] stored, int valueAt, bool isNull, TagMark[] tags, object? shared = null)
    {
        Stored = stored;
        _valueAt = valueAt;
        IsNull = isNull;
        Tags = tags;
        Shared = shared;
    }

    /// <summary>All of it, as the servers keep it.</summary>
    public byte[] Stored { get; }

    /// <summary>The serialized value.</summary>
    public ReadOnlyMemory<byte> Value => Stored.AsMemory(_valueAt);

    /// <summary>Whether the value is null.</summary>
    public bool IsNull { get; }

    /// <summary>The tags, with the versions under which it was made.</summary>
    public TagMark[] Tags { get; }

    /// <summary>The object itself, of a type that cannot be changed; null for others.</summary>
    public object? Shared { get; }

    /// <summary>What it counts for in this process's memory.</summary>
    public long Bytes => Stored.Length + Overhead;
}
