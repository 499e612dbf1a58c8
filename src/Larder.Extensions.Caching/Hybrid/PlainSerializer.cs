using System.Buffers;
using System.Text;
using Microsoft.Extensions.Caching.Hybrid;

namespace Larder.Extensions.Caching.Hybrid;

/// <summary>Strings as UTF-8 and byte arrays as they are.</summary>
internal sealed class PlainSerializer : IHybridCacheSerializer<string>, IHybridCacheSerializer<byte[]>
{
    private static readonly PlainSerializer s_only = new();

    /// <summary>The serializer of the type, or null for other types.</summary>
    public static object? Find(Type type) => type == typeof(string) || type == typeof(byte[]) ? s_only : null;

    void IHybridCacheSerializer<string>.Serialize(string value, IBufferWriter<byte> target) =>
        Encoding.UTF8.GetBytes(value, target);

    string IHybridCacheSerializer<string>.Deserialize(ReadOnlySequence<byte> source) =>
        Encoding.UTF8.GetString(source);

    void IHybridCacheSerializer<byte[]>.Serialize(byte[] value, IBufferWriter<byte> target) => target.Write(value);

    byte[] IHybridCacheSerializer<byte[]>.Deserialize(ReadOnlySequence<byte> source) => source.ToArray();
}
