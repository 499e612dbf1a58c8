using Larder.Cache.Store;
using Larder.Events.Buffers;
using Larder.Protocol.Text;

namespace Larder.Cache.Commands;

/// <summary>
/// Copies an item into the reply as a VALUE line and its data: `VALUE key flags bytes[ cas]`. Large values are taken by
/// lease. Nothing is appended before <see cref="Append"/>, so that it may run twice.
/// </summary>
internal ref struct ClassicValueReader(WriteQueue output, ReadOnlySpan<byte> key, bool withCas) : IItemReader
{
    private readonly WriteQueue _output = output;
    private readonly ReadOnlySpan<byte> _key = key;
    private readonly bool _withCas = withCas;
    private int _length;
    private ByteLease _lease;

    /// <inheritdoc/>
    public void Read(scoped ItemView item)
    {
        ReadOnlySpan<byte> wire = item.WireValue;
        bool leased = wire.Length > ReplyRules.CopyMax;
        Span<byte> span = _output.GetSpan(TextResponseWriter.ValueHeaderLengthMax + (leased ? 0 : wire.Length));
        int at = _withCas
            ? TextResponseWriter.WriteValueHeader(span, _key, item.ClientFlags, item.ValueLength, item.Cas)
            : TextResponseWriter.WriteValueHeader(span, _key, item.ClientFlags, item.ValueLength);
        if (leased)
        {
            _lease = item.Lease(withTerminator: true);
        }
        else
        {
            wire.CopyTo(span[at..]);
            at += wire.Length;
        }
        _length = at;
    }

    /// <summary>After a hit: what was read becomes part of the reply.</summary>
    public readonly void Append()
    {
        _output.Advance(_length);
        if (_lease.Length > 0)
        {
            _output.WriteLease(_lease);
        }
    }
}
