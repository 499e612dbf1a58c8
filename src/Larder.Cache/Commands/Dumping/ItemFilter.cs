using Larder.Cache.Store;
using Larder.Protocol.Scan;

namespace Larder.Cache.Commands.Dumping;

/// <summary>Which items a dump shows: those of some of memcached's size classes, and of keys with a prefix.</summary>
internal sealed class ItemFilter
{
    /// <summary>memcached's last possible class, used or not (POWER_LARGEST).</summary>
    public const uint ClassMax = 63;

    private readonly ulong _classes;
    private readonly byte[] _prefix;

    /// <summary>A filter.</summary>
    /// <param name="classes">One bit for each class.</param>
    /// <param name="prefix">Empty for all keys.</param>
    public ItemFilter(ulong classes, ReadOnlySpan<byte> prefix)
    {
        _classes = classes;
        _prefix = prefix.ToArray();
    }

    /// <summary>All items.</summary>
    public static ItemFilter All { get; } = new(ulong.MaxValue, default);

    /// <summary>Reads class ids between commas, <c>all</c> or <c>hash</c>.</summary>
    /// <returns>False for what is no class, or an empty list.</returns>
    public static bool TryReadClasses(ReadOnlySpan<byte> text, out ulong classes)
    {
        classes = ulong.MaxValue;
        if (text.SequenceEqual("all"u8) || text.SequenceEqual("hash"u8))
        {
            return true;
        }
        classes = 0;
        foreach (Range part in text.Split((byte)','))
        {
            ReadOnlySpan<byte> token = text[part];
            if (token.IsEmpty)
            {
                continue;
            }
            if (!NumberReader.TryReadUInt32(token, out uint sizeClass) || sizeClass is 0 or > ClassMax)
            {
                return false;
            }
            classes |= 1UL << (int)sizeClass;
        }
        return true;
    }

    /// <summary>Whether an item is shown.</summary>
    public bool Takes(scoped ItemView item)
        => (_prefix.Length == 0 || item.Key.StartsWith(_prefix))
        && (_classes == ulong.MaxValue || (_classes >> item.SizeClass & 1) != 0);
}
