using System.Collections.Concurrent;
using System.ComponentModel;
using System.Reflection;
using System.Text.Json;
using Microsoft.Extensions.Caching.Hybrid;
using Microsoft.Extensions.DependencyInjection;

namespace Larder.Extensions.Caching.Hybrid;

/// <summary>
/// The serializer of each type: the one that is registered for it, else the first factory's that has one, else for
/// strings and byte arrays their bytes, else JSON. Any thread.
/// </summary>
internal sealed class Serializers
{
    private readonly IServiceProvider _services;
    private readonly JsonSerializerOptions _json;
    private readonly ConcurrentDictionary<Type, object> _known = new();

    public Serializers(IServiceProvider services, JsonSerializerOptions json)
    {
        _services = services;
        _json = json;
    }

    /// <summary>Whether objects of the type can be given to several callers, since none can change them.</summary>
    public static bool IsImmutable<T>() => Immutability<T>.Is;

    public IHybridCacheSerializer<T> For<T>() =>
        _known.TryGetValue(typeof(T), out object? known) ? (IHybridCacheSerializer<T>)known : Choose<T>();

    private IHybridCacheSerializer<T> Choose<T>()
    {
        IHybridCacheSerializer<T>? chosen = _services.GetService<IHybridCacheSerializer<T>>();
        foreach (IHybridCacheSerializerFactory factory in _services.GetServices<IHybridCacheSerializerFactory>())
        {
            if (chosen is not null || factory.TryCreateSerializer(out chosen)) break;
        }
        chosen ??= (IHybridCacheSerializer<T>?)PlainSerializer.Find(typeof(T)) ?? new JsonCacheSerializer<T>(_json);
        return (IHybridCacheSerializer<T>)_known.GetOrAdd(typeof(T), chosen);
    }

    private static class Immutability<T>
    {
        public static readonly bool Is = typeof(T) == typeof(string) || typeof(T).IsPrimitive || typeof(T).IsEnum
            || typeof(T) == typeof(decimal) || typeof(T) == typeof(Guid) || typeof(T) == typeof(Uri)
            || typeof(T) == typeof(DateTime) || typeof(T) == typeof(DateTimeOffset) || typeof(T) == typeof(TimeSpan)
            || (typeof(T).IsSealed && typeof(T).GetCustomAttribute<ImmutableObjectAttribute>()?.Immutable == true);
    }
}
