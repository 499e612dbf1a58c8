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
        ReadOnlySpan<byte> value = item.Value;
        bool leased = value.Length > ReplyRules.CopyMax;
        int room = leased ? 0 : value.Length + ReplyRules.LineEndLength;
        Span<byte> span = _output.GetSpan(TextResponseWriter.ValueHeaderLengthMax + room);
        int at = _withCas
            ? TextResponseWriter.WriteValueHeader(span, _key, item.ClientFlags, item.ValueLength, item.Cas)
            : TextResponseWriter.WriteValueHeader(span, _key, item.ClientFlags, item.ValueLength);
        if (leased)
        {
            _lease = item.Lease();
        }
        else
        {
            at += ReplyRules.CopyValue(value, span[at..]);
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
            _output.Write("\r\n"u8);
        }
    }
}
