using Larder.Cache.Store;
using Larder.Events.Buffers;
using Larder.Protocol.Meta;

namespace Larder.Cache.Commands;

/// <summary>Writes the answer to me.</summary>
internal ref struct MetaDebugReader(WriteQueue output, StoreClock clock, bool binary) : IItemReader
{
    private readonly WriteQueue _output = output;
    private readonly StoreClock _clock = clock;
    private readonly bool _binary = binary;
    private int _length;

    /// <inheritdoc/>
    public void Read(scoped ItemView item)
        => _length = MetaResponseWriter.WriteDebug(
            _output.GetSpan(MetaResponseWriter.DebugLengthMax),
            item.Key,
            _binary,
            MetaTime.SecondsLeft(_clock, item.Expiry),
            _clock.Now - item.LastAccess,
            item.Cas,
            item.IsFetched,
            item.SizeClass,
            item.VirtualSize);

    /// <summary>After a hit: what was read becomes part of the reply.</summary>
    public readonly void Append() => _output.Advance(_length);
}
