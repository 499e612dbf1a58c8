using System.Diagnostics;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using Larder.Client.Observing;
using Larder.Client.Routing;

namespace Larder.Client.Pipelining;

/// <summary>Makes a server's connections: name, socket, TLS. The name is looked up for each of them again.</summary>
internal sealed class Connector
{
    private readonly ServerAddress _address;
    private readonly Func<string, SslClientAuthenticationOptions>? _tls;
    private readonly KeyValuePair<string, object?> _pool;

    public Connector(ServerAddress address, CacheClientOptions options, Dialect dialect)
    {
        _address = address;
        _pool = ClientGauges.Pool(address.ToString());
        _tls = options.Tls;
        ConnectTimeout = options.ConnectTimeout;
        if (options.User is { } user) LoginBytes = dialect.WriteLogin(user, options.Password ?? "");
    }

    /// <summary>What is sent first, or null.</summary>
    public byte[]? LoginBytes { get; }

    /// <summary>The longest time for a connection, and again for the login.</summary>
    public TimeSpan ConnectTimeout { get; }

    /// <summary>Connects. Throws what the system throws, and TimeoutException.</summary>
    public async Task<Stream> OpenAsync(CancellationToken token)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(token);
        patience.CancelAfter(ConnectTimeout);
        long started = Stopwatch.GetTimestamp();
        try
        {
            Socket socket = await ConnectAsync(patience.Token).ConfigureAwait(false);
            var plain = new NetworkStream(socket, ownsSocket: true);
            Stream stream = _tls is null
                ? plain
                : await SecureAsync(plain, _tls(_address.Host), patience.Token).ConfigureAwait(false);
            ClientTelemetry.ConnectionCreateTime.Record(Stopwatch.GetElapsedTime(started).TotalSeconds, _pool);
            return stream;
        }
        catch (OperationCanceledException) when (!token.IsCancellationRequested)
        {
            ClientTelemetry.ConnectionTimeouts.Add(1, _pool);
            throw new TimeoutException($"no connection within {ConnectTimeout.TotalMilliseconds:0} ms");
        }
    }

    private async Task<Socket> ConnectAsync(CancellationToken token)
    {
        if (_address.IsUnixSocket)
        {
            var unix = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
            return await ConnectAsync(unix, new UnixDomainSocketEndPoint(_address.Host), token).ConfigureAwait(false);
        }
        IPAddress[] addresses = IPAddress.TryParse(_address.Host, out IPAddress? literal)
            ? [literal]
            : await Dns.GetHostAddressesAsync(_address.Host, token).ConfigureAwait(false);
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
        throw failure ?? new SocketException((int)SocketError.HostNotFound);
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
