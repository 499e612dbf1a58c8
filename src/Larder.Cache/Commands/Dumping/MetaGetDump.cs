using Larder.Cache.Store;
using Larder.Protocol.Scan;

namespace Larder.Cache.Commands.Dumping;

/// <summary><c>lru_crawler mgdump</c>: a line for each item that can be sent back as a meta get.</summary>
internal sealed class MetaGetDump(DumpGate gate, ItemFilter filter) : ItemWalk(gate)
{
    private const int LineOverhead = 16;

    /// <inheritdoc/>
    protected override void Show(scoped ItemView item)
    {
        if (!filter.Takes(item))
        {
            return;
        }
        Span<byte> text = stackalloc byte[KeyBase64.EncodedLengthMax];
        ReadOnlySpan<byte> key = item.IsKeyBinary ? text[..KeyBase64.Encode(item.Key, text)] : item.Key;
        var line = new LineBuilder(Room(key.Length + LineOverhead));
        line.Text("mg "u8);
        line.Text(key);
        line.Text(item.IsKeyBinary ? " b\r\n"u8 : "\r\n"u8);
        Fill(line.Length);
    }

    /// <inheritdoc/>
    protected override void Finish(CacheThread thread) => thread.Output.Write("EN\r\n"u8);
}
