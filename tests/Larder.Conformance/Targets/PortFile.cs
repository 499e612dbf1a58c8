using System.Globalization;
using System.Net;
using Larder.Conformance.Wire;

namespace Larder.Conformance.Targets;

/// <summary>
/// Where a server writes the ephemeral port that it took: memcached's MEMCACHED_PORT_FILENAME, which Larder's
/// executable honours as well. Used once.
/// </summary>
public sealed class PortFile : IDisposable
{
    private readonly string _path = Path.Combine(Path.GetTempPath(), $"larder-port-{Guid.NewGuid():N}");

    /// <summary>The variable to start the server with.</summary>
    public IReadOnlyDictionary<string, string> Environment =>
        new Dictionary<string, string> { ["MEMCACHED_PORT_FILENAME"] = _path };

    /// <summary>Waits for the file; throws with the server's output if it ended or did not start in time.</summary>
    public IPEndPoint Await(ChildProcess server)
    {
        int port = 0;
        bool started = Deadline.Usual.Await(() => server.HasExited || (port = Read("TCP INET: ")) > 0);
        if (!started || server.HasExited)
            throw new InvalidOperationException($"the server did not start: {server.Output}");
        return new IPEndPoint(IPAddress.Loopback, port);
    }

    /// <summary>Where it takes datagrams, once <see cref="Await"/> has returned; null when it does not.</summary>
    public IPEndPoint? Datagrams() => Read("UDP INET: ") is > 0 and var port ? new(IPAddress.Loopback, port) : null;

    /// <inheritdoc/>
    public void Dispose() => File.Delete(_path);

    /// <summary>The port behind a word ("TCP INET: 12345"), 0 as long as it is not there.</summary>
    private int Read(string word)
    {
        if (!File.Exists(_path))
            return 0;
        string? line = Array.Find(File.ReadAllLines(_path), l => l.StartsWith(word, StringComparison.Ordinal));
        return line is null ? 0 : int.Parse(line.AsSpan(word.Length), CultureInfo.InvariantCulture);
    }
}
