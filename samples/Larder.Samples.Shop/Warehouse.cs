using System.Collections.Concurrent;

namespace Larder.Samples.Shop;

/// <summary>Stands for a database: right and slow. Counts its reads, which is what a cache is there to save.</summary>
internal sealed class Warehouse
{
    private readonly ConcurrentDictionary<int, Product> _written = new();
    private int _reads;

    /// <summary>Reads so far.</summary>
    public int Reads => Volatile.Read(ref _reads);

    /// <summary>A product; each number has one.</summary>
    public async ValueTask<Product> ReadAsync(int id, CancellationToken token)
    {
        Interlocked.Increment(ref _reads);
        await Task.Delay(TimeSpan.FromMilliseconds(200), token);
        return _written.TryGetValue(id, out Product? product) ? product : new(id, $"Jar {id}", 3.50m + id);
    }

    /// <summary>Changes a product.</summary>
    public void Write(Product product) => _written[product.Id] = product;
}
