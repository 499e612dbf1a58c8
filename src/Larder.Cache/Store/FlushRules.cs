namespace Larder.Cache.Store;

/// <summary>
/// Which items are flushed: all that are older than the last flush, and those older than a rule whose prefix their keys
/// have. Immutable, so that whoever looks sees one state of it.
/// </summary>
/// <param name="flushEpoch">Items of older epochs are flushed, whatever their keys are.</param>
/// <param name="rules">Prefixes that were deleted since; no one twice.</param>
internal sealed class FlushRules(uint flushEpoch, PrefixRule[] rules)
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
    public static readonly FlushRules None = new(0, []);

    /// <summary>How many prefixes there are.</summary>
    public int Count => rules.Length;

    /// <summary>Whether an item of this epoch is flushed. Epochs may go round.</summary>
    public bool Cover(uint epoch, ReadOnlySpan<byte> key)
    {
        if ((int)(flushEpoch - epoch) > 0) return true;
        foreach (PrefixRule rule in rules)
        {
            if ((int)(rule.Epoch - epoch) > 0 && key.StartsWith(rule.Prefix)) return true;
        }
        return false;
    }

    /// <summary>
    /// With one more rule, which stands for all older ones of the same or of longer prefixes; null where that makes too
    /// many.
    /// </summary>
    public FlushRules? With(PrefixRule rule)
    {
        PrefixRule[] others = Array.FindAll(rules, other => !other.Prefix.AsSpan().StartsWith(rule.Prefix));
        return others.Length == RulesMax ? null : new FlushRules(flushEpoch, [.. others, rule]);
    }

    /// <summary>Without the rules that no item can be older than; itself where nothing changes.</summary>
    public FlushRules Since(uint oldestEpoch)
    {
        bool isFar = (int)(oldestEpoch - flushEpoch) > FarBehind;
        PrefixRule[] others = Array.FindAll(rules, rule => (int)(rule.Epoch - oldestEpoch) > 0);
        if (others.Length == rules.Length && !isFar) return this;
        return new FlushRules(isFar ? oldestEpoch : flushEpoch, others);
    }
}
