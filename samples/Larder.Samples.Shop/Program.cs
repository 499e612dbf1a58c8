using Larder.Extensions.Caching;
using Larder.Samples.Shop;
using Microsoft.Extensions.Caching.Hybrid;

// A shop whose products are slow to read: HybridCache in front of them, sessions in the distributed cache, both on the
// servers of appsettings.json. Start `larder cache`, then this program, as often as you like: they share what they
// read.
WebApplicationBuilder builder = WebApplication.CreateBuilder(args);
builder.Services.AddLarderClient(builder.Configuration.GetSection("Larder"));
builder.Services.AddLarderCache(static options => options.KeyPrefix = "shop:session:");
builder.Services.AddLarderHybridCache(static options => options.KeyPrefix = "shop:");
builder.Services.AddHealthChecks().AddLarderClient();
builder.Services.AddSession(static options => options.IdleTimeout = TimeSpan.FromMinutes(20));
builder.Services.AddSingleton<Warehouse>();

WebApplication app = builder.Build();
app.UseSession();
app.MapHealthChecks("/health");

app.MapGet("/products/{id:int}", static (int id, HybridCache cache, Warehouse warehouse, CancellationToken token) =>
    cache.GetOrCreateAsync(
        $"product:{id}",
        (warehouse, id),
        static (state, token) => state.warehouse.ReadAsync(state.id, token),
        tags: ["products"],
        cancellationToken: token));

app.MapPut("/products/{id:int}", static async (int id, Product product, HybridCache cache, Warehouse warehouse) =>
{
    warehouse.Write(product with { Id = id });
    await cache.RemoveAsync($"product:{id}");
    return Results.NoContent();
});

app.MapPost("/products/reload", static async (HybridCache cache) =>
{
    await cache.RemoveByTagAsync("products");
    return Results.NoContent();
});

app.MapPost("/basket/{id:int}", static (int id, HttpContext context) =>
{
    string basket = context.Session.GetString("basket") is { } before ? $"{before},{id}" : $"{id}";
    context.Session.SetString("basket", basket);
    return basket;
});

app.MapGet("/warehouse/reads", static (Warehouse warehouse) => warehouse.Reads);

app.Run();
