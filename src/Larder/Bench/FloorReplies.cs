using Larder.Protocol.Binary;
using Larder.Protocol.Meta;
using Larder.Protocol.Text;

namespace Larder.Bench;

/// <summary>The preformatted replies of the floor server, as long as a real server's.</summary>
internal sealed class FloorReplies
{
    private readonly byte[] _value;
    private readonly byte[] _metaValue;
    private readonly byte[] _binaryValue;
    private readonly byte[] _binaryKeyValue;

    public FloorReplies(int keySize, int valueBytes)
    {
        Span<byte> key = stackalloc byte[keySize];
        key.Fill((byte)'k');
        byte[] value = new byte[valueBytes];
        Array.Fill(value, (byte)'v');

        Span<byte> header = stackalloc byte[TextResponseWriter.ValueHeaderLengthMax];
        int length = TextResponseWriter.WriteValueHeader(header, key, 0, valueBytes);
        _value = [.. header[..length], .. value, .. "\r\n"u8];

        length = MetaResponseWriter.WriteValueStart(header, valueBytes);
        length += MetaResponseWriter.WriteLineEnd(header[length..]);
        _metaValue = [.. header[..length], .. value, .. "\r\n"u8];

        length = BinaryResponseWriter.WriteValueHead(header, (byte)BinaryOpcode.Get, 0, 1, 0, default, valueBytes);
        _binaryValue = [.. header[..length], .. value];
        length = BinaryResponseWriter.WriteValueHead(header, (byte)BinaryOpcode.GetKQ, 0, 1, 0, key, valueBytes);
        _binaryKeyValue = [.. header[..length], .. value];
    }

    /// <summary>A VALUE line with its value.</summary>
    public ReadOnlySpan<byte> Value => _value;

    /// <summary>A VA line with its value.</summary>
    public ReadOnlySpan<byte> MetaValue => _metaValue;

    /// <summary>The answer to a binary get.</summary>
    public ReadOnlySpan<byte> BinaryValue => _binaryValue;

    /// <summary>The answer to a binary getkq.</summary>
    public ReadOnlySpan<byte> BinaryKeyValue => _binaryKeyValue;
}
