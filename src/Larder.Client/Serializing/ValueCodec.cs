using System.Buffers;
using System.Text;

namespace Larder.Client.Serializing;

/// <summary>Typed values to bytes and flags, and back. Any thread.</summary>
internal sealed class ValueCodec
{
    private readonly ICacheSerializer? _serializer;
    private readonly CacheCompression _compression;
    private readonly int _compressAbove;
    private readonly double _savingMin;
    private readonly int _bytesMax;

    public ValueCodec(CacheClientOptions options)
    {
        _serializer = options.Serializer;
        _compression = options.Compression;
        _compressAbove = options.CompressAboveBytes;
        _savingMin = options.CompressionSavingMin;
        _bytesMax = options.UnpackedBytesMax;
    }

    /// <summary>Encodes a value.</summary>
    /// <param name="value">The value.</param>
    /// <param name="flags">Receives its client flags.</param>
    /// <returns>The bytes, for the caller to dispose of.</returns>
    public PooledWriter Encode<T>(T value, out uint flags)
    {
        PooledWriter writer = new();
        try
        {
            ValueForm form = Write(value, writer);
            if (_compression != CacheCompression.None && writer.Written.Length > _compressAbove)
                return Pack(writer, form, out flags);
            flags = ValueFlags.Of(form, CacheCompression.None);
            return writer;
        }
        catch
        {
            writer.Dispose();
            throw;
        }
    }

    /// <summary>Decodes a value.</summary>
    /// <exception cref="InvalidDataException">It is of another type, or damaged.</exception>
    public T? Decode<T>(ReadOnlyMemory<byte> bytes, uint flags)
    {
        CacheCompression compression = ValueFlags.CompressionOf(flags);
        if (compression == CacheCompression.None) return Read<T>(bytes.Span, ValueFlags.FormOf(flags));
        using PooledWriter unpacked = new(_bytesMax);
        Packer.Unpack(compression, bytes, unpacked);
        return Read<T>(unpacked.Written.Span, ValueFlags.FormOf(flags));
    }

    private PooledWriter Pack(PooledWriter plain, ValueForm form, out uint flags)
    {
        PooledWriter packed = new();
        bool done = Packer.TryPack(_compression, plain.Written.Span, _savingMin, packed);
        flags = ValueFlags.Of(form, done ? _compression : CacheCompression.None);
        (done ? plain : packed).Dispose();
        return done ? packed : plain;
    }

    private ValueForm Write<T>(T value, PooledWriter writer)
    {
        switch (value)
        {
            case null:
                return ValueForm.Nothing;
            case byte[] bytes:
                writer.Write(bytes);
                return ValueForm.Bytes;
            case ReadOnlyMemory<byte> memory:
                writer.Write(memory.Span);
                return ValueForm.Bytes;
            case string text:
                Encoding.UTF8.GetBytes(text, writer);
                return ValueForm.Text;
            default:
                Serializer<T>().Serialize(value, writer);
                return ValueForm.Serialized;
        }
    }

    private T? Read<T>(ReadOnlySpan<byte> bytes, ValueForm form)
    {
        if (form == ValueForm.Nothing) return default;
        if (typeof(T) == typeof(byte[]) && form is (ValueForm.Bytes or ValueForm.Foreign))
            return (T)(object)bytes.ToArray();
        if (typeof(T) == typeof(ReadOnlyMemory<byte>) && form is (ValueForm.Bytes or ValueForm.Foreign))
            return (T)(object)new ReadOnlyMemory<byte>(bytes.ToArray());
        if (typeof(T) == typeof(string) && form is (ValueForm.Text or ValueForm.Foreign))
            return (T)(object)Encoding.UTF8.GetString(bytes);
        return form is ValueForm.Serialized or ValueForm.Foreign
            ? Serializer<T>().Deserialize<T>(bytes)
            : throw new InvalidDataException($"the value is of form {form}, and no {typeof(T)}");
    }

    private ICacheSerializer Serializer<T>() => _serializer
        ?? throw new NotSupportedException($"{nameof(CacheClientOptions)}.Serializer is needed for {typeof(T)}");
}
