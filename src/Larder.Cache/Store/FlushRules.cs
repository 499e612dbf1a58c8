namespace Larder.Cache.Store;

/// <summary>
/// Which items are flushed: all that are older than the last flush, and those older than a rule whose prefix their keys
/// have. Immutable, so that whoever looks sees one state of it: the epoch of now and its rules change at once.
/// </summary>
/// <param name="epoch">The epoch of now.</param>
/// <param name="flushEpoch">Items of older epochs are flushed, whatever their keys are.</param>
/// <param name="rules">Prefixes that were deleted since; no one twice.</param>
internal sealed class FlushRules(uint epoch, uint flushEpoch, PrefixRule[] rules)
{
    /// <summary>
    /// Rules at a time: what a lookup compares at most while prefixes are being deleted, about 200 ns (an estimate).
    /// </summary>
    public const int RulesMax = 64;

    /// <summary>
    /// So many epochs behind, the last flush is taken for a later one, since epochs go round; no item is as old.
    /// </summary>
    private const uint FarBehind = 1u << 30;

    /// <summary>Nothing was flushed yet.</summary>
    public static readonly FlushRules None = new(0, 0, []);

    /// <summary>Counts flushes and deleted prefixes: what is stored now is of this one.</summary>
    public uint Epoch => epoch;

    /// <summary>How many prefixes there are.</summary>
    public int Count => rules.Length;

    /// <summary>Whether an item of some epoch is flushed. Epochs may go round.</summary>
    public bool Cover(uint itemEpoch, ReadOnlySpan<byte> key)
    {
        if ((int)(flushEpoch - itemEpoch) > 0) return true;
        foreach (PrefixRule rule in rules)
        {
            if ((int)(rule.Epoch - itemEpoch) > 0 && key.StartsWith(rule.Prefix)) return true;
        }
        return false;
    }

    /// <summary>The rules of the next epoch: all that is older is flushed.</summary>
    public FlushRules WithFlush() => new(epoch + 1, epoch + 1, []);

    /// <summary>
    /// The rules of the next epoch: one more, for what is older, which stands for all older rules of the same or of
    /// longer prefixes; null where that makes too many.
    /// </summary>
    public FlushRules? With(byte[] prefix)
    {
        PrefixRule[] others = Array.FindAll(rules, other => !other.Prefix.AsSpan().StartsWith(prefix));
        var rule = new PrefixRule(prefix, epoch + 1);
        return others.Length == RulesMax ? null : new FlushRules(epoch + 1, flushEpoch, [.. others, rule]);
    }

    /// <summary>Without the rules that no item can be older than; itself where nothing changes.</summary>
    public FlushRules Since(uint oldestEpoch)
    {
        bool isFar = (int)(oldestEpoch - flushEpoch) > FarBehind;
        if (rules.Length == 0 && !isFar) return this;
        PrefixRule[] others = Array.FindAll(rules, rule => (int)(rule.Epoch - oldestEpoch) > 0);
        if (others.Length == rules.Length && !isFar) return this;
        return new FlushRules(epoch, isFar ? oldestEpoch : flushEpoch, others);
    }
}
