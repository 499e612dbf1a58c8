using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Text;
using Larder.Extensions.Caching.Tests.Support;
using Microsoft.Extensions.Caching.Hybrid;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Larder.Extensions.Caching.Tests.Hybrid;

/// <summary>Aim: what is registered for a type goes before what is built in.</summary>
public sealed class SerializersTests : IClassFixture<CacheFixture>
{
    private readonly CacheFixture _server;

    public SerializersTests(CacheFixture server) => _server = server;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Built_in_types_and_json_come_back_from_the_servers()
    {
        Assert.Equal("text", await RoundTripAsync("text"));
        Assert.Equal([1, 2, 3], await RoundTripAsync(new byte[] { 1, 2, 3 }));
        Assert.Equal(42, await RoundTripAsync(42));
        Assert.Equal(new Version(1, 2), await RoundTripAsync(new Version(1, 2)));
    }

    [Fact]
    public async Task Registered_serializer_is_used()
    {
        StringBuilder value = await RoundTripAsync(
            new StringBuilder("text"),
            static services => services.AddSingleton<IHybridCacheSerializer<StringBuilder>, Reverser>());

        Assert.Equal("txet", value.ToString());
    }

    [Fact]
    public async Task Registered_factory_is_used()
    {
        StringBuilder value = await RoundTripAsync(
            new StringBuilder("text"),
            static services => services.AddSingleton<IHybridCacheSerializerFactory, ReverserFactory>());

        Assert.Equal("txet", value.ToString());
    }

    private async Task<T> RoundTripAsync<T>(T value, Action<IServiceCollection>? register = null)
    {
        string key = Guid.NewGuid().ToString();
        await using HybridProcess one = new(_server.Connect(), register: register);
        await using HybridProcess other = new(_server.Connect(), register: register);
        await one.Cache.SetAsync(key, value, cancellationToken: Token);
        return await other.Cache.GetOrCreateAsync<T>(
            key, static _ => throw new InvalidOperationException("is there"), cancellationToken: Token);
    }

    [SuppressMessage("Performance", "CA1812", Justification = "made by the container")]
    private sealed class Reverser : IHybridCacheSerializer<StringBuilder>
    {
        public StringBuilder Deserialize(ReadOnlySequence<byte> source)
        {
            char[] text = Encoding.UTF8.GetString(source).ToCharArray();
            Array.Reverse(text);
            return new StringBuilder(new string(text));
        }

        public void Serialize(StringBuilder value, IBufferWriter<byte> target) =>
            Encoding.UTF8.GetBytes(value.ToString(), target);
    }

    [SuppressMessage("Performance", "CA1812", Justification = "made by the container")]
    private sealed class ReverserFactory : IHybridCacheSerializerFactory
    {
        public bool TryCreateSerializer<T>([NotNullWhen(true)] out IHybridCacheSerializer<T>? serializer)
        {
            serializer = typeof(T) == typeof(StringBuilder) ? (IHybridCacheSerializer<T>)(object)new Reverser() : null;
            return serializer is not null;
        }
    }
}
