using System.Buffers;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace Larder.Client.Serializing;

/// <summary>
/// JSON by System.Text.Json with generated code: no reflection, so that trimming and AOT keep it whole.
/// </summary>
public sealed class JsonCacheSerializer : ICacheSerializer
{
    private readonly IJsonTypeInfoResolver[] _resolvers;
    private readonly JsonSerializerOptions _options;

    /// <summary>For the types of one or more generated contexts.</summary>
    /// <param name="contexts">The contexts; a type is looked for in their order.</param>
    public JsonCacheSerializer(params JsonSerializerContext[] contexts)
    {
        ArgumentNullException.ThrowIfNull(contexts);
        ArgumentOutOfRangeException.ThrowIfZero(contexts.Length);
        _resolvers = [.. contexts];
        _options = new JsonSerializerOptions(contexts[0].Options) { TypeInfoResolver = null };
        foreach (IJsonTypeInfoResolver resolver in _resolvers) _options.TypeInfoResolverChain.Add(resolver);
        _options.MakeReadOnly();
    }

    /// <inheritdoc/>
    public void Serialize<T>(T value, IBufferWriter<byte> destination)
    {
        using var writer = new Utf8JsonWriter(destination, new JsonWriterOptions { SkipValidation = true });
        JsonSerializer.Serialize(writer, value, TypeOf<T>());
    }

    /// <inheritdoc/>
    public T? Deserialize<T>(ReadOnlySpan<byte> bytes) => JsonSerializer.Deserialize(bytes, TypeOf<T>());

    private JsonTypeInfo<T> TypeOf<T>() => _options.TryGetTypeInfo(typeof(T), out JsonTypeInfo? type)
        ? (JsonTypeInfo<T>)type
        : throw new NotSupportedException($"no JsonSerializerContext of the client has {typeof(T)}");
}
