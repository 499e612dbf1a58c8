using System.Net;
using Larder.Cache.Serving;

namespace Larder.Conformance.Targets;

/// <summary>A cache server embedded in the test's own process, on an ephemeral port of loopback.</summary>
public sealed class LarderServer : TargetServer
{
    private LarderServer(CacheServer server) => Server = server;

    /// <inheritdoc/>
    public override string Name => "larder, embedded";

    /// <inheritdoc/>
    public override EndPoint EndPoint => Server.Endpoints[0];

    /// <summary>The server.</summary>
    public CacheServer Server { get; }

    /// <summary>Starts it with two threads.</summary>
    /// <param name="driver">Which driver.</param>
    /// <param name="trigger">Which trigger.</param>
    /// <param name="arguments">
    /// Options in memcached's spelling, those that the transcripts use: -C -F -I -m -o. What -o says only tunes
    /// memcached's allocator and is left out.
    /// </param>
    /// <param name="configure">Sets what memcached has no option for; null for nothing.</param>
    public static LarderServer Start(
        CacheDriver driver,
        CacheTrigger trigger,
        IReadOnlyList<string> arguments,
        Action<CacheServerOptions>? configure = null)
    {
        var options = new CacheServerOptions
        {
            Driver = driver, Trigger = trigger, Threads = 2, DebugTimeEnabled = true,
        };
        options.TcpEndpoints.Clear();
        options.TcpEndpoints.Add(new IPEndPoint(IPAddress.Loopback, 0));
        for (int index = 0; index < arguments.Count; index++)
        {
            switch (arguments[index])
            {
                case "-C": options.CasEnabled = false; break;
                case "-F": options.FlushEnabled = false; break;
                case "-I": options.ItemSizeMax = (int)Bytes(arguments[++index]); break;
                case "-m": options.MemoryLimit = Bytes(arguments[++index] + "m"); break;
                case "-o": index++; break;
                default: throw new ArgumentException($"option {arguments[index]} is not known here", nameof(arguments));
            }
        }
        configure?.Invoke(options);
        return new LarderServer(CacheServer.Start(options));
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
            Server.Dispose();
    }

    private static long Bytes(string text)
    {
        int shift = text[^1] switch { 'k' => 10, 'm' => 20, _ => 0 };
        return long.Parse(shift == 0 ? text : text[..^1], System.Globalization.CultureInfo.InvariantCulture) << shift;
    }
}
