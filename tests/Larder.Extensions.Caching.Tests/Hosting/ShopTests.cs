using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using Larder.Extensions.Caching.Tests.Support;
using Xunit;

namespace Larder.Extensions.Caching.Tests.Hosting;

/// <summary>
/// Aim: the sample web application works as its page says. Method: two processes of it, as a user starts them.
/// </summary>
public sealed class ShopTests : IClassFixture<CacheFixture>
{
    private readonly CacheFixture _server;

    public ShopTests(CacheFixture server) => _server = server;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Two_shops_share_what_they_read_and_forget()
    {
        using ShopProcess one = await ShopProcess.StartAsync(_server.Port, Token);
        using ShopProcess other = await ShopProcess.StartAsync(_server.Port, Token);

        Task<string>[] storm = [.. Enumerable.Range(0, 100).Select(number =>
            (number % 2 == 0 ? one : other).Client.GetStringAsync("/products/7", Token))];
        Assert.All(await Task.WhenAll(storm), static text => Assert.Contains("Jar 7", text, StringComparison.Ordinal));
        Assert.Equal(1, await ReadsAsync(one) + await ReadsAsync(other));

        using HttpResponseMessage reload = await one.Client.PostAsync("/products/reload", null, Token);
        Assert.Equal(HttpStatusCode.NoContent, reload.StatusCode);
        await one.Client.GetStringAsync("/products/7", Token);
        Assert.Equal(2, await ReadsAsync(one) + await ReadsAsync(other));

        using HttpResponseMessage put =
            await one.Client.PutAsJsonAsync("/products/7", new { Id = 7, Name = "Plum", Price = 2.5 }, Token);
        Assert.Equal(HttpStatusCode.NoContent, put.StatusCode);
        Assert.Contains("Plum", await one.Client.GetStringAsync("/products/7", Token), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Session_follows_its_client_and_health_is_told()
    {
        using ShopProcess shop = await ShopProcess.StartAsync(_server.Port, Token);

        Assert.Equal("3", await BasketAsync(shop, 3));
        Assert.Equal("3,4", await BasketAsync(shop, 4));
        Assert.Equal("Healthy", await shop.Client.GetStringAsync("/health", Token));
    }

    private static async Task<string> BasketAsync(ShopProcess shop, int id)
    {
        using HttpResponseMessage answer = await shop.Client.PostAsync($"/basket/{id}", null, Token);
        return await answer.Content.ReadAsStringAsync(Token);
    }

    private static async Task<int> ReadsAsync(ShopProcess shop) =>
        int.Parse(await shop.Client.GetStringAsync("/warehouse/reads", Token), CultureInfo.InvariantCulture);
}
