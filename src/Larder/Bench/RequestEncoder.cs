using System.Text;
using Larder.Events.Buffers;
using Larder.Protocol.Binary;
using Larder.Protocol.Http;
using Larder.Protocol.Meta;
using Larder.Protocol.Scan;
using Larder.Protocol.Text;

namespace Larder.Bench;

/// <summary>
/// Appends requests to a connection's output. Each kind of request is formatted once, by the protocol's own writers;
/// after that a request is one copy and the digits of its key. Immutable; any thread.
/// </summary>
/// <remarks>
/// A multiget of the classic protocol is one line. Meta has none: it is one mg for each key, quiet on a miss and
/// naming its key on a hit, and an mn whose answer marks the end, as meta clients do it. Binary does the same with
/// getkq and noop. HTTP has no multiget: it pipelines.
/// </remarks>
internal sealed class RequestEncoder
{
    /// <summary>Room for what comes before a set's value: a line is longer than a frame's head.</summary>
    private const int SetHeadLengthMax = TextRequestWriter.LineLengthMax + PathLengthMax
        + HttpRequestWriter.StartOverhead + HttpRequestWriter.NumberFieldLengthMax;

    /// <summary>What may stand before a key in a path.</summary>
    public const int PathLengthMax = 128;

    private readonly WireProtocol _protocol;
    private readonly KeySpace _keys;
    private readonly ValuePattern _values;
    private readonly Template _get;
    private readonly Template _set;
    private readonly Template _multigetKey;
    private readonly byte[] _multigetEnd;
    private readonly byte[] _path;

    /// <param name="protocol">What is spoken.</param>
    /// <param name="keys">All keys.</param>
    /// <param name="values">Their values.</param>
    /// <param name="path">What stands before a key in a path of HTTP; up to <see cref="PathLengthMax"/> bytes.</param>
    public RequestEncoder(WireProtocol protocol, KeySpace keys, ValuePattern values, string path = "/")
    {
        _path = Encoding.ASCII.GetBytes(path);
        _protocol = protocol;
        _keys = keys;
        _values = values;
        _set = FormatSetHead();
        (_get, _multigetKey) = protocol switch
        {
            WireProtocol.Classic => (FormatGet(), FormatKey()),
            WireProtocol.Meta => (FormatMetaGet("v"u8), FormatMetaGet("kvq"u8)),
            WireProtocol.Http => (FormatHttpGet(), default),
            _ => (FormatBinaryGet(BinaryOpcode.Get), FormatBinaryGet(BinaryOpcode.GetKQ)),
        };
        byte[] noop = new byte[BinaryRequestWriter.HeadLengthMax];
        _multigetEnd = protocol switch
        {
            WireProtocol.Classic => "\r\n"u8.ToArray(),
            WireProtocol.Meta => "mn\r\n"u8.ToArray(),
            _ => noop[..BinaryRequestWriter.Write(noop, BinaryOpcode.Noop, default)],
        };
    }

    /// <summary>A preformatted piece of a request with a key in it.</summary>
    private readonly record struct Template(byte[] Bytes, int KeyAt);

    /// <summary>Appends a get of one key.</summary>
    public void AppendGet(WriteQueue output, uint key) => Append(output, _get, key);

    /// <summary>Appends a get of many keys.</summary>
    public void AppendMultiget(WriteQueue output, ReadOnlySpan<uint> keys)
    {
        if (_protocol == WireProtocol.Classic)
            output.Write("get"u8);
        foreach (uint key in keys)
            Append(output, _multigetKey, key);
        output.Write(_multigetEnd);
    }

    /// <summary>Appends a set of the key's value.</summary>
    public void AppendSet(WriteQueue output, uint key)
    {
        ReadOnlySpan<byte> value = _values.Of(key);
        if (_values.IsFixedLength)
            Append(output, _set, key);
        else
            AppendSetHead(output, key, value.Length);
        output.Write(value);
        if (_protocol is WireProtocol.Classic or WireProtocol.Meta)
            output.Write("\r\n"u8);
    }

    private void Append(WriteQueue output, in Template template, uint key)
    {
        Span<byte> span = output.GetSpan(template.Bytes.Length);
        template.Bytes.CopyTo(span);
        _keys.Write(key, span.Slice(template.KeyAt, _keys.KeyLength));
        output.Advance(template.Bytes.Length);
    }

    private void AppendSetHead(WriteQueue output, uint number, int valueLength)
    {
        Span<byte> key = stackalloc byte[KeySpace.KeyLengthMax];
        key = key[.._keys.KeyLength];
        _keys.Template.CopyTo(key);
        _keys.Write(number, key);
        Span<byte> span = output.GetSpan(SetHeadLengthMax);
        output.Advance(WriteSetHead(span, key, valueLength));
    }

    private int WriteSetHead(Span<byte> span, ReadOnlySpan<byte> key, int valueLength)
    {
        if (_protocol == WireProtocol.Classic)
            return TextRequestWriter.WriteStorageLine(span, TextCommand.Set, key, 0, 0, valueLength);
        if (_protocol == WireProtocol.Binary)
            return BinaryRequestWriter.WriteStorage(span, BinaryOpcode.Set, key, 0, 0, valueLength);
        if (_protocol == WireProtocol.Http)
            return WriteHttpHead(span, HttpRequestMethod.Put, key, valueLength);
        int length = MetaRequestWriter.WriteSetStart(span, key, valueLength);
        return length + MetaRequestWriter.WriteLineEnd(span[length..]);
    }

    private Template FormatGet()
    {
        Span<byte> line = stackalloc byte[TextRequestWriter.LineLengthMax];
        return Cut(line[..TextRequestWriter.WriteGet(line, _keys.Template)]);
    }

    private Template FormatKey()
    {
        Span<byte> piece = stackalloc byte[KeyRules.LengthMax + 1];
        return Cut(piece[..TextRequestWriter.WriteKey(piece, _keys.Template)]);
    }

    private Template FormatSetHead()
    {
        Span<byte> head = stackalloc byte[SetHeadLengthMax];
        head = head[..WriteSetHead(head, _keys.Template, _values.LengthMax)];
        return _protocol switch
        {
            WireProtocol.Binary => CutFrame(head),
            WireProtocol.Http => CutPath(head),
            _ => Cut(head),
        };
    }

    private Template FormatHttpGet()
    {
        Span<byte> head = stackalloc byte[SetHeadLengthMax];
        return CutPath(head[..WriteHttpHead(head, HttpRequestMethod.Get, _keys.Template, -1)]);
    }

    private int WriteHttpHead(Span<byte> span, HttpRequestMethod method, ReadOnlySpan<byte> key, int bodyLength)
    {
        Span<byte> path = stackalloc byte[PathLengthMax + KeySpace.KeyLengthMax];
        _path.CopyTo(path);
        key.CopyTo(path[_path.Length..]);
        path = path[..(_path.Length + key.Length)];
        int length = HttpRequestWriter.WriteStart(span, method, path, "bench"u8, keepAlive: true);
        if (bodyLength >= 0)
            length += HttpRequestWriter.WriteContentLength(span[length..], bodyLength);
        HttpRequestWriter.LineEnd.CopyTo(span[length..]);
        return length + HttpRequestWriter.LineEnd.Length;
    }

    private Template FormatBinaryGet(BinaryOpcode opcode)
    {
        Span<byte> head = stackalloc byte[BinaryRequestWriter.HeadLengthMax];
        return CutFrame(head[..BinaryRequestWriter.Write(head, opcode, _keys.Template)]);
    }

    private Template FormatMetaGet(ReadOnlySpan<byte> flags)
    {
        Span<byte> line = stackalloc byte[MetaRequestWriter.LineLengthMax];
        int length = MetaRequestWriter.WriteStart(line, TextCommand.MetaGet, _keys.Template);
        length += MetaRequestWriter.WriteFlags(line[length..], flags);
        length += MetaRequestWriter.WriteLineEnd(line[length..]);
        return Cut(line[..length]);
    }

    /// <summary>The key is the end of all of them.</summary>
    private Template CutFrame(ReadOnlySpan<byte> head) => new(head.ToArray(), head.Length - _keys.KeyLength);

    /// <summary>The key stands behind the path, and that behind the first space.</summary>
    private Template CutPath(ReadOnlySpan<byte> head) =>
        new(head.ToArray(), head.IndexOf((byte)' ') + 1 + _path.Length);

    /// <summary>The key is the first thing behind the first space in all of them.</summary>
    private static Template Cut(ReadOnlySpan<byte> text) => new(text.ToArray(), text.IndexOf((byte)' ') + 1);
}
