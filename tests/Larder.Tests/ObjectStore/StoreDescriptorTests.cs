using System.Globalization;
using System.Net.Sockets;
using System.Text;
using Larder.Tests.Launching;
using Xunit;

namespace Larder.Tests.ObjectStore;

/// <summary>
/// Aim: a store without descriptors serves newcomers in place of silent clients. Method: its limit is lowered from
/// outside when it runs (prlimit), since it raises what it is started with. What must come is waited for; how many
/// clients have to go is the store's affair.
/// </summary>
public sealed class StoreDescriptorTests : IDisposable
{
    /// <summary>Descriptors that it may open yet; more clients come than that.</summary>
    private const int Left = 40;

    private const int Silent = 60;

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Newcomer_is_served_when_silent_clients_have_all_descriptors()
    {
        using StoreProcess store = await StoreProcess.Start(_folder);
        using TcpClient early = await Asking(store);
        Assert.Equal("HTTP/1.1 200 OK", await FirstLine(early)); // what serves requests is loaded
        CommandResult lowered = await Command.Run(
            "prlimit", ["--pid", store.Id.ToString(CultureInfo.InvariantCulture), $"--nofile={LimitOf(store)}"]);
        Assert.Equal(0, lowered.ExitCode);

        List<TcpClient> silent = [];
        for (int i = 0; i < Silent; i++) silent.Add(await Asking(store));
        await store.Await("accepting pauses: TooManyFiles");
        using TcpClient newcomer = await Asking(store);
        Assert.Equal("HTTP/1.1 200 OK", await FirstLine(newcomer));
        await store.Await("idle connections (>5 sec)");
        silent.ForEach(static client => client.Dispose());

        await store.Signal("TERM");
        Assert.Equal(0, await store.End());
    }

    /// <summary>The limit below which so many numbers are free (getrlimit(2): numbers are limited, not their count).
    /// </summary>
    private static int LimitOf(StoreProcess store)
    {
        HashSet<int> taken = [.. Directory.EnumerateFileSystemEntries($"/proc/{store.Id}/fd")
            .Select(static each => int.Parse(Path.GetFileName(each), CultureInfo.InvariantCulture))];
        return Enumerable.Range(0, int.MaxValue).Where(each => !taken.Contains(each)).ElementAt(Left);
    }

    /// <summary>A client that has asked, and maybe waits to be accepted.</summary>
    private static async Task<TcpClient> Asking(StoreProcess store)
    {
        var client = new TcpClient();
        await client.ConnectAsync(store.Http);
        await client.GetStream().WriteAsync("HEAD / HTTP/1.1\r\nHost: x\r\n\r\n"u8.ToArray());
        return client;
    }

    private static async Task<string?> FirstLine(TcpClient client)
    {
        using var deadline = new CancellationTokenSource(TimeSpan.FromMinutes(2));
        using var reader = new StreamReader(client.GetStream(), Encoding.ASCII, leaveOpen: true);
        return await reader.ReadLineAsync(deadline.Token);
    }
}
