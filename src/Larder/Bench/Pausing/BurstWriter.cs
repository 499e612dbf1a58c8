using Larder.Events.Buffers;
using Larder.Protocol.Text;

namespace Larder.Bench.Pausing;

/// <summary>
/// Writes requests: sets of keys that nobody has stored before, gets of some that were stored last.
/// Allocates nothing. owner: the front end whose load runs.
/// </summary>
internal sealed class BurstWriter
{
    /// <summary>Numbers of keys; then they begin again.</summary>
    public const uint KeysMax = int.MaxValue;

    /// <summary>Bytes of a key; the store is asked about in keys and values as small as they come.</summary>
    public const int KeySize = 10;

    private readonly KeySpace _keys = new(KeysMax, KeySize);
    private readonly byte[] _key;
    private RandomSource _random = new(seed: 1);
    private uint _nextKey;

    public BurstWriter() => _key = _keys.Template.ToArray();

    /// <summary>Appends a request: a get of many keys, then the stores, all but the last without a reply.</summary>
    public void Append(WriteQueue output, BurstContent content, int request)
    {
        if (content.Gets > 0)
            AppendGet(output, content);
        for (int i = content.Stores(request); i > 0; i--)
            AppendSet(output, content, noReply: i > 1);
    }

    private void AppendGet(WriteQueue output, BurstContent content)
    {
        output.Write("get"u8);
        for (int i = 0; i < content.Gets; i++)
        {
            uint back = 1 + (uint)(((_random.Next() >> 32) * content.GetsAmong) >> 32);
            _keys.Write((_nextKey + KeysMax - back) % KeysMax % content.DifferentKeys, _key);
            Span<byte> word = output.GetSpan(KeySize + 1);
            output.Advance(TextRequestWriter.WriteKey(word, _key));
        }

        output.Write("\r\n"u8);
    }

    private void AppendSet(WriteQueue output, BurstContent content, bool noReply)
    {
        ReadOnlySpan<byte> value = content.Values.Of(_nextKey);
        _keys.Write(_nextKey % content.DifferentKeys, _key);
        _nextKey = (_nextKey + 1) % KeysMax;
        Span<byte> line = output.GetSpan(TextRequestWriter.LineLengthMax);
        output.Advance(TextRequestWriter.WriteStorageLine(
            line, TextCommand.Set, _key, clientFlags: 0, content.Exptime, value.Length, noReply));
        output.Write(value);
        output.Write("\r\n"u8);
    }
}
