using System.Net;
using System.Net.Sockets;
using Larder.Hosting;
using Larder.Options;
using Xunit;

namespace Larder.Tests.Hosting;

public sealed class ListenResolverTests
{
    [Theory]
    [InlineData("", "127.0.0.1:11211 [::1]:11211")]
    [InlineData("-p 5", "127.0.0.1:5 [::1]:5")]
    [InlineData("-p -1", "127.0.0.1:0 [::1]:0")]
    [InlineData("-p 0 -s /run/x", "")]
    [InlineData("-s /run/x -p 5", "")]
    [InlineData("-s /run/x -l 10.0.0.1", "")]
    [InlineData("-l unix:/run/x", "")]
    [InlineData("-l 10.0.0.1,unix:/run/x -p 5", "10.0.0.1:5")]
    [InlineData("-l 10.0.0.1,unix:/run/x -p 0", "")]
    [InlineData("-l *", "0.0.0.0:11211 [::]:11211")]
    [InlineData("-l *:7 -p 5", "0.0.0.0:7 [::]:7")]
    [InlineData("-l 10.0.0.1,[::1]:7 -p 5", "10.0.0.1:5 [::1]:7")]
    [InlineData("-l 10.0.0.1 -p -1", "10.0.0.1:0")]
    [InlineData("-l localhost:7", "127.0.0.1:7 [::1]:7")]
    [InlineData("-l many.example:7", "10.1.1.1:7 10.2.2.2:7")]
    public void Options_for_listening_give_endpoints(string line, string expected)
    {
        CacheSettings settings = Parse(line);

        Assert.Null(ListenResolver.Apply(settings, LookUp));
        Assert.Equal(expected, string.Join(' ', settings.Server.TcpEndpoints));
    }

    [Theory]
    [InlineData("", "", "127.0.0.1:11211/ [::1]:11211/")]
    [InlineData("-l 10.0.0.1,notls:10.0.0.2", "10.0.0.2:11211", "10.0.0.1:11211/")]
    [InlineData("-l btls:10.0.0.1:1,mtls:10.0.0.1:2", "", "10.0.0.1:1/None 10.0.0.1:2/Require")]
    public void Options_for_tls_give_endpoints_of_their_own(string line, string plain, string secure)
    {
        CacheSettings settings = Parse($"{line} -Z -o ssl_chain_cert=x");

        Assert.Null(ListenResolver.Apply(settings, LookUp));
        Assert.Equal(plain, string.Join(' ', settings.Server.TcpEndpoints));
        Assert.Equal(
            secure, string.Join(' ', settings.Server.TlsEndpoints.Select(each => $"{each.EndPoint}/{each.Verify}")));
    }

    [Theory]
    [InlineData("-p 5", "")]
    [InlineData("-U 7", "127.0.0.1:7 [::1]:7")]
    [InlineData("-U -1", "127.0.0.1:0 [::1]:0")]
    [InlineData("-U 7 -l 10.0.0.1,10.0.0.2:9", "10.0.0.1:7 10.0.0.2:9")]
    [InlineData("-U 7 -s /run/x", "")]
    [InlineData("-U 7 -l unix:/run/x", "")]
    [InlineData("-U 7 -Z -o ssl_chain_cert=x -l mtls:10.0.0.1", "10.0.0.1:7")]
    public void Option_for_udp_gives_the_same_addresses(string line, string expected)
    {
        CacheSettings settings = Parse(line);

        Assert.Null(ListenResolver.Apply(settings, LookUp));
        Assert.Equal(expected, string.Join(' ', settings.Server.UdpEndpoints));
        Assert.Equal(line.Contains("-Z", StringComparison.Ordinal), settings.Warnings.Count == 1);
    }

    [Theory]
    [InlineData("-l proto[binary]:10.0.0.1,10.0.0.2", "10.0.0.1:11211=Binary")]
    [InlineData("-l proto[ascii]:10.0.0.1:5 -U 6 -B binary", "10.0.0.1:5=Ascii")]
    [InlineData("-l proto[ascii]:10.0.0.1 -p 5 -U 6", "10.0.0.1:5=Ascii 10.0.0.1:6=Ascii")]
    [InlineData("", "")]
    public void Option_for_the_protocol_of_an_address_is_kept_with_it(string line, string expected)
    {
        CacheSettings settings = Parse(line);

        Assert.Null(ListenResolver.Apply(settings, LookUp));
        Assert.Equal(expected, string.Join(
            ' ', settings.Server.EndpointProtocols.Select(static each => $"{each.Key}={each.Value}").Order()));
    }

    [Fact]
    public void Udp_alone_is_enough_to_listen_on()
    {
        CacheSettings settings = Parse("-U 7 -p 0");

        Assert.Null(ListenResolver.Apply(settings, LookUp));
        Assert.Empty(settings.Server.TcpEndpoints);
        Assert.Equal(2, settings.Server.UdpEndpoints.Count);
    }

    [Fact]
    public void Host_that_nobody_knows_ends_the_start()
    {
        OptionExit? exit = ListenResolver.Apply(Parse("-l 10.0.0.1,none.example"), LookUp);

        Assert.StartsWith(
            "failed to listen on one of interface(s) none.example: ", exit!.Text, StringComparison.Ordinal);
        Assert.Equal(71, exit.Code);
    }

    [Theory]
    [InlineData("-l 10.0.0.1,unix:/run/x", "/run/x")]
    [InlineData("-s /run/y -l unix:/run/x", "/run/y")]
    [InlineData("-l 10.0.0.1", null)]
    public void Unix_socket_of_s_or_of_l_is_the_servers(string line, string? expected)
    {
        CacheSettings settings = Parse(line);

        Assert.Null(ListenResolver.Apply(settings, LookUp));
        Assert.Equal(expected, settings.Server.UnixSocketPath);
    }

    [Fact]
    public void Second_unix_socket_ends_the_start() =>
        Assert.Equal(
            new OptionExit("failed to listen on UNIX socket: /run/y: there may be only one", 71),
            ListenResolver.Apply(Parse("-l unix:/run/x,unix:/run/y"), LookUp));

    [Fact]
    public void Text_that_can_be_no_host_ends_the_start()
    {
        OptionExit? exit = ListenResolver.Apply(Parse($"-l {new string('h', 300)}"), Dns.GetHostAddresses);

        Assert.StartsWith("failed to listen on one of interface(s) hhh", exit!.Text, StringComparison.Ordinal);
        Assert.Equal(71, exit.Code);
    }

    private static CacheSettings Parse(string line) =>
        CacheArguments.Parse("larder cache", line.Split(' ', StringSplitOptions.RemoveEmptyEntries)).Settings!;

    private static IPAddress[] LookUp(string host) => host == "many.example"
        ? [IPAddress.Parse("10.1.1.1"), IPAddress.Parse("10.2.2.2")]
        : throw new SocketException((int)SocketError.HostNotFound);
}
