using System.Globalization;
using System.Runtime.InteropServices;
using Larder.Cache.Commands.Inspecting;
using Larder.Cache.Store;

namespace Larder.Cache.Commands.Dumping;

/// <summary>
/// <c>stats sizes</c> with -o track_sizes: how many items there are of each size, in steps of 32 bytes. memcached
/// counts while items come and go; here they are counted when somebody asks.
/// </summary>
internal sealed class SizeCount(DumpGate gate) : ItemWalk(gate)
{
    private const int StepBytes = 32;

    private readonly Dictionary<long, long> _counts = [];

    /// <summary>Set when a binary request asked.</summary>
    public BinaryEcho? Echo { get; init; }

    /// <inheritdoc/>
    protected override void Show(scoped ItemView item)
    {
        long bucket = (item.VirtualSize + StepBytes - 1) / StepBytes;
        CollectionsMarshal.GetValueRefOrAddDefault(_counts, bucket, out _)++;
    }

    /// <inheritdoc/>
    protected override void Finish(CacheThread thread)
    {
        StatWriter writer = Echo is { } echo ? new(thread.Output, in echo) : new(thread.Output);
        foreach ((long bucket, long count) in _counts.OrderBy(static pair => pair.Key))
        {
            writer.Write((bucket * StepBytes).ToString(CultureInfo.InvariantCulture), count);
        }
        writer.End();
    }
}
