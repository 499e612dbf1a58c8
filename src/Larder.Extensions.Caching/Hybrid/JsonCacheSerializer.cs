using System.Buffers;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Microsoft.Extensions.Caching.Hybrid;

namespace Larder.Extensions.Caching.Hybrid;

/// <summary>JSON by the contract that the options' resolver has for the type.</summary>
/// <typeparam name="T">What is cached.</typeparam>
internal sealed class JsonCacheSerializer<T> : IHybridCacheSerializer<T>
{
    private readonly JsonTypeInfo<T> _contract;

    /// <summary>Asks the resolver, which throws NotSupportedException where it has no contract for the type.</summary>
    public JsonCacheSerializer(JsonSerializerOptions options) =>
        _contract = (JsonTypeInfo<T>)options.GetTypeInfo(typeof(T));

    /// <inheritdoc/>
    public void Serialize(T value, IBufferWriter<byte> target)
    {
        using Utf8JsonWriter writer = new(target);
        JsonSerializer.Serialize(writer, value, _contract);
    }

    /// <inheritdoc/>
    public T Deserialize(ReadOnlySequence<byte> source)
    {
        Utf8JsonReader reader = new(source);
        return JsonSerializer.Deserialize(ref reader, _contract)!;
    }
}
