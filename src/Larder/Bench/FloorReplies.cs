using Larder.Protocol.Meta;
using Larder.Protocol.Text;

namespace Larder.Bench;

/// <summary>The preformatted replies of the floor server, as long as a real server's.</summary>
internal sealed class FloorReplies
{
    private readonly byte[] _value;
    private readonly byte[] _metaValue;

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
    }

    /// <summary>A VALUE line with its value.</summary>
    public ReadOnlySpan<byte> Value => _value;

    /// <summary>A VA line with its value.</summary>
    public ReadOnlySpan<byte> MetaValue => _metaValue;
}
