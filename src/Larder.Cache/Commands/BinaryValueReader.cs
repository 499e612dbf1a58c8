using Larder.Cache.Store;
using Larder.Events.Buffers;
using Larder.Protocol.Binary;

namespace Larder.Cache.Commands;

/// <summary>
/// Copies an item into a binary answer: header, client flags, the key if asked for, the value. Large values are taken
/// by lease. Nothing is appended before <see cref="Append"/>, so that it may run twice.
/// </summary>
/// <param name="output">Where the answer goes.</param>
/// <param name="opcode">The request's, as sent.</param>
/// <param name="opaque">The request's.</param>
/// <param name="key">The key that the answer repeats, or empty.</param>
/// <param name="withValue">False for touch, which answers the flags only.</param>
internal ref struct BinaryValueReader(
    WriteQueue output, byte opcode, uint opaque, ReadOnlySpan<byte> key, bool withValue) : IItemReader
{
    private readonly WriteQueue _output = output;
    private readonly ReadOnlySpan<byte> _key = key;
    private readonly uint _opaque = opaque;
    private readonly byte _opcode = opcode;
    private readonly bool _withValue = withValue;
    private int _length;
    private ByteLease _lease;

    /// <inheritdoc/>
    public void Read(scoped ItemView item)
    {
        ReadOnlySpan<byte> value = _withValue ? item.Value : default;
        bool leased = value.Length > ReplyRules.CopyMax;
        Span<byte> span = _output.GetSpan(BinaryResponseWriter.ValueHeadLengthMax + (leased ? 0 : value.Length));
        int at = BinaryResponseWriter.WriteValueHead(
            span, _opcode, _opaque, item.Cas, item.ClientFlags, _key, value.Length);
        if (leased)
        {
            _lease = item.Lease();
        }
        else
        {
            value.CopyTo(span[at..]);
            at += value.Length;
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
