using Larder.Cache.Store;

namespace Larder.Cache.Commands.Dumping;

/// <summary>
/// <c>lru_crawler metadump</c>: a line for each item, ended by LF alone and with a space before it, as memcached
/// writes it.
/// </summary>
internal sealed class MetaDump(DumpGate gate, ItemFilter filter, StoreClock clock) : ItemWalk(gate)
{
    /// <summary>All that a line has beside its key: seven names and six numbers of at most 20 digits.</summary>
    private const int LineOverhead = 200;

    /// <inheritdoc/>
    protected override void Show(scoped ItemView item)
    {
        if (!filter.Takes(item))
        {
            return;
        }
        var line = new LineBuilder(Room(KeyUri.LengthMax(item.Key.Length) + LineOverhead));
        line.Text("key="u8);
        line.Key(item.Key);
        line.Text(" exp="u8);
        line.Signed(item.Expiry == 0 ? -1 : clock.ToUnix(item.Expiry));
        line.Text(" la="u8);
        line.Signed(clock.ToUnix(item.LastAccess));
        line.Text(" cas="u8);
        line.Number(item.Cas);
        line.Text(item.IsFetched ? " fetch=yes cls="u8 : " fetch=no cls="u8);
        line.Number((ulong)item.SizeClass);
        line.Text(" size="u8);
        line.Number((ulong)item.VirtualSize);
        line.Text(" flags="u8);
        line.Number(item.ClientFlags);
        line.Text(" \n"u8);
        Fill(line.Length);
    }

    /// <inheritdoc/>
    protected override void Finish(CacheThread thread) => thread.Output.Write("END\r\n"u8);
}
