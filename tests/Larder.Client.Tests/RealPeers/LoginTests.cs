using Larder.Cache.Authentication;
using Larder.Client.Routing;
using Larder.Client.Tests.Support;

namespace Larder.Client.Tests.RealPeers;

/// <summary>
/// Aim: a password lets in, each connection again, and a wrong one says why it does not. Method: SASL PLAIN and the
/// token of -Y against Larder's server and against memcached.
/// </summary>
public sealed class LoginTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("larder-login-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData(ClientProtocol.Meta)]
    [InlineData(ClientProtocol.Text)]
    public async Task Token_lets_in_at_larder(ClientProtocol protocol)
    {
        TokenFile tokens = TokenFile.Load(FileOf("user:secret\n"));
        using TestCache cache = new(options => options.Tokens = tokens);
        await LetsInAsync(cache.Address, protocol, "user");
    }

    [Theory]
    [InlineData(ClientProtocol.Meta)]
    [InlineData(ClientProtocol.Text)]
    public async Task Token_lets_in_at_memcached(ClientProtocol protocol)
    {
        Assert.SkipWhen(Memcached.MissingBecause is not null, Memcached.MissingBecause ?? "");
        using Memcached memcached = new(["-Y", FileOf("user:secret\n")]);
        await LetsInAsync(memcached.Address, protocol, "user");
    }

    [Fact]
    public async Task Sasl_plain_lets_in_at_larder()
    {
        string path = Path.Combine(_folder, "users");
        using (var editor = PasswordEditor.Open(path))
        {
            editor.Set("user", "secret", PasswordFile.IterationsMin);
            editor.Save();
        }
        PasswordFile passwords = PasswordFile.Load(path);
        using TestCache cache = new(options => options.Passwords = passwords);
        await LetsInAsync(cache.Address, ClientProtocol.Binary, "user");
    }

    [Fact]
    public async Task Sasl_plain_lets_in_at_memcached()
    {
        Assert.SkipWhen(SaslDatabase.MissingBecause is not null, SaslDatabase.MissingBecause ?? "");
        using SaslDatabase database = new("user", "larder", "secret");
        using Memcached memcached = new(["-S"], database.Variable);
        await LetsInAsync(memcached.Address, ClientProtocol.Binary, "user@larder");
    }

    [Fact]
    public async Task Server_that_was_started_again_is_told_the_password_again()
    {
        Assert.SkipWhen(Memcached.MissingBecause is not null, Memcached.MissingBecause ?? "");
        using Memcached memcached = new(["-Y", FileOf("user:secret\n")]);
        await using CacheClient client = ClientOf(memcached.Address, ClientProtocol.Meta, "user", "secret");
        await client.SetAsync("key", new byte[1]);
        memcached.Kill();
        memcached.StartAgain();

        await Eventually.HoldsAsync(
            () => client.TrySetAsync("key", new byte[1]).AsTask().Result.IsSuccess, "the client is let in again");
    }

    private static async Task LetsInAsync(ServerAddress server, ClientProtocol protocol, string user)
    {
        await using CacheClient client = ClientOf(server, protocol, user, "secret");
        Assert.Equal(CacheStatus.Done, (await client.SetAsync("key", new byte[1])).Status);
        byte[] large = new byte[200_000]; // over a connection of its own
        large[^1] = 7;
        await client.SetAsync("large", large);
        using CacheValue found = await client.GetAsync("large");
        Assert.True(found.Span.SequenceEqual(large));

        await using CacheClient wrong = ClientOf(server, protocol, user, "wrong");
        CacheResult refused = await wrong.TrySetAsync("key", new byte[2]);
        Assert.Equal(CacheStatus.ServerDown, refused.Status);
        Assert.StartsWith("login refused: ", refused.Message, StringComparison.Ordinal);

        await using CacheClient silent = Clients.Of(server, options => options.Protocol = protocol);
        Assert.Equal(CacheStatus.ServerError, (await silent.TrySetAsync("key", new byte[3])).Status);
        using CacheValue kept = await client.GetAsync("key");
        Assert.Equal(1, kept.Result.ValueLength);
    }

    private static CacheClient ClientOf(ServerAddress server, ClientProtocol protocol, string user, string password) =>
        Clients.Of(server, options =>
        {
            options.Protocol = protocol;
            options.User = user;
            options.Password = password;
            options.ProbeDelayMin = TimeSpan.FromMilliseconds(10);
        });

    private string FileOf(string text)
    {
        string path = Path.Combine(_folder, "tokens");
        File.WriteAllText(path, text);
        return path;
    }
}
