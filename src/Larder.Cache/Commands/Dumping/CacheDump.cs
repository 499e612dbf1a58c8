using Larder.Cache.Store;
using Larder.Protocol.Text;

namespace Larder.Cache.Commands.Dumping;

/// <summary><c>stats cachedump</c>: keys, sizes and times of some items of a class, at most 2 MiB of them.</summary>
/// <param name="gate">Where it has a place until it ends.</param>
/// <param name="filter">The class.</param>
/// <param name="clock">The items' clock.</param>
/// <param name="items">Items at most; 0 for as many as there is room for.</param>
internal sealed class CacheDump(DumpGate gate, ItemFilter filter, StoreClock clock, uint items) : ItemWalk(gate)
{
    /// <summary>memcached collects the answer in a buffer of this size.</summary>
    private const int AnswerLengthMax = 2 * 1024 * 1024;

    private const int LineOverhead = 64;

    private int _left = AnswerLengthMax;
    private uint _shown;

    /// <inheritdoc/>
    protected override void Show(scoped ItemView item)
    {
        if (item.IsKeyBinary || !filter.Takes(item))
        {
            return;
        }
        var line = new LineBuilder(Room(item.Key.Length + LineOverhead));
        line.Text("ITEM "u8);
        line.Text(item.Key);
        line.Text(" ["u8);
        line.Number((ulong)item.ValueLength);
        line.Text(" b; "u8);
        line.Signed(item.Expiry == 0 ? 0 : clock.ToUnix(item.Expiry));
        line.Text(" s]\r\n"u8);
        _left -= line.Length;
        if (_left < TextReplies.End.Length)
        {
            IsFull = true;
            return;
        }
        Fill(line.Length);
        IsFull = ++_shown == items;
    }

    /// <inheritdoc/>
    protected override void Finish(CacheThread thread) => thread.Output.Write(TextReplies.End);
}
