namespace Larder.Cache.Commands.Inspecting;

/// <summary>What was asked of the keys with one prefix.</summary>
internal sealed class PrefixCounts
{
    // owner: any thread, interlocked
    public long Gets;
    public long Hits;
    public long Sets;
    public long Deletes;
}
