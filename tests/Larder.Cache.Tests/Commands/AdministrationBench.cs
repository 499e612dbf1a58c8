using System.Net;
using System.Text;
using Larder.Cache.Serving;

namespace Larder.Cache.Tests.Commands;

/// <summary>A cache server on an ephemeral port and one client of it, with a deadline on everything.</summary>
internal sealed class AdministrationBench : IDisposable
{
    private readonly AskingClient _client;

    public AdministrationBench(Action<CacheServerOptions>? change = null)
    {
        var options = new CacheServerOptions { Threads = 1 };
        options.TcpEndpoints.Clear();
        options.TcpEndpoints.Add(new IPEndPoint(IPAddress.Loopback, 0));
        change?.Invoke(options);
        Server = CacheServer.Start(options);
        _client = Connect();
    }

    public CacheServer Server { get; }

    public AskingClient Connect() => new(Server.Endpoints[0]);

    public string Ask(string line) => _client.Ask(line);

    public void Send(string text) => _client.Send(text);

    public string ReadLine() => _client.ReadLine();

    public IReadOnlyList<KeyValuePair<string, string>> Stats(string line) => _client.Stats(line);

    public string Stat(string line, string name) => _client.Stats(line).Single(stat => stat.Key == name).Value;

    public void Put(string key, string value) =>
        Assert.Equal("STORED", Ask($"set {key} 0 0 {Encoding.ASCII.GetByteCount(value)}\r\n{value}"));

    public void Dispose()
    {
        _client.Dispose();
        Server.Dispose();
    }
}
