using System.Diagnostics;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using Larder.Client.Observing;
using Larder.Client.Routing;

namespace Larder.Client.Pipelining;

/// <summary>Makes a server's connections: name, socket, TLS. Where they fail the name is looked up again.</summary>
internal sealed class Connector
{
    private readonly ServerAddress _address;
    private readonly Func<string, SslClientAuthenticationOptions>? _tls;
    private readonly KeyValuePair<string, object?> _pool;
    private readonly IPAddress? _literal;
    private readonly NameLookup? _name; // null for an address or a UNIX socket

    public Connector(ServerAddress address, CacheClientOptions options, Dialect dialect)
    {
        _address = address;
        _pool = ClientGauges.Pool(address.ToString());
        if (!address.IsUnixSocket && !IPAddress.TryParse(address.Host, out _literal))
            _name = new NameLookup(address.Host, options.Resolve);
        _tls = options.Tls;
        ConnectTimeout = options.ConnectTimeout;
        if (options.User is { } user) LoginBytes = dialect.WriteLogin(user, options.Password ?? "");
    }

    /// <summary>What is sent first, or null.</summary>
    public byte[]? LoginBytes { get; }

    /// <summary>The longest time for a connection, and again for the login.</summary>
    public TimeSpan ConnectTimeout { get; }

    /// <summary>The addresses of the server's name; null before they are known, and where there is no name.</summary>
    public IPAddress[]? Addresses => _name?.Known;

    /// <summary>Connects. Throws what the system throws, and TimeoutException.</summary>
    public async Task<Link> OpenAsync(CancellationToken token)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(token);
        patience.CancelAfter(ConnectTimeout);
        long started = Stopwatch.GetTimestamp();
        try
        {
            Socket socket = await ConnectAsync(patience.Token).ConfigureAwait(false);
            IPAddress? address = (socket.RemoteEndPoint as IPEndPoint)?.Address;
            var plain = new NetworkStream(socket, ownsSocket: true);
            Stream stream = _tls is null
                ? plain
                : await SecureAsync(plain, _tls(_address.Host), patience.Token).ConfigureAwait(false);
            ClientTelemetry.ConnectionCreateTime.Record(Stopwatch.GetElapsedTime(started).TotalSeconds, _pool);
            return new Link(stream, address);
        }
        catch (OperationCanceledException) when (!token.IsCancellationRequested)
        {
            ClientTelemetry.ConnectionTimeouts.Add(1, _pool);
            _ = _name?.RefreshAsync(); // for the next connection: this one has no time left
            throw new TimeoutException($"no connection within {ConnectTimeout.TotalMilliseconds:0} ms");
        }
    }

    /// <summary>Looks the server's name up, if it has one. Never throws.</summary>
    public Task RefreshAddressesAsync() => _name?.RefreshAsync() ?? Task.CompletedTask;

    private async Task<Socket> ConnectAsync(CancellationToken token)
    {
        if (_address.IsUnixSocket)
        {
            var unix = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
            return await ConnectAsync(unix, new UnixDomainSocketEndPoint(_address.Host), token).ConfigureAwait(false);
        }
        if (_name is null) return await ConnectAsync([_literal!], token).ConfigureAwait(false);
        IPAddress[] addresses = await _name.GetAsync(token).ConfigureAwait(false);
        try
        {
            return await ConnectAsync(addresses, token).ConfigureAwait(false);
        }
        catch (SocketException)
        {
            await _name.RefreshAsync().WaitAsync(token).ConfigureAwait(false);
            IPAddress[] others = [.. _name.Known!.Except(addresses)];
            if (others.Length == 0) throw;
            return await ConnectAsync(others, token).ConfigureAwait(false);
        }
    }

    /// <summary>The first address at which somebody answers.</summary>
    private async Task<Socket> ConnectAsync(IPAddress[] addresses, CancellationToken token)
    {
        SocketException? failure = null;
        foreach (IPAddress address in addresses)
        {
            var socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.KeepAlive, true);
            try
            {
                return await ConnectAsync(socket, new IPEndPoint(address, _address.Port), token).ConfigureAwait(false);
            }
            catch (SocketException refused)
            {
                failure = refused;
            }
        }
        throw failure!;
    }

    private static async Task<Socket> ConnectAsync(Socket socket, EndPoint endPoint, CancellationToken token)
    {
        try
        {
            await socket.ConnectAsync(endPoint, token).ConfigureAwait(false);
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private static async Task<Stream> SecureAsync(
        NetworkStream plain, SslClientAuthenticationOptions options, CancellationToken token)
    {
        var secure = new SslStream(plain);
        try
        {
            await secure.AuthenticateAsClientAsync(options, token).ConfigureAwait(false);
            return secure;
        }
        catch
        {
            await secure.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }
}
