using Larder.Protocol.Binary;
using static Larder.Cache.Tests.Commands.BinaryClient;

namespace Larder.Cache.Tests.Commands;

public sealed class BinarySaslTests
{
    private const string Refused = "AuthError: Auth failure.";

    [Theory]
    [InlineData(BinaryOpcode.Get)]
    [InlineData(BinaryOpcode.Noop)]
    [InlineData(BinaryOpcode.Quit)]
    [InlineData((BinaryOpcode)0xee)]
    public void Request_before_authentication_is_refused_and_closes(BinaryOpcode opcode)
    {
        using var bench = Start();
        using var client = new BinaryClient(bench.Server.Endpoints[0]);
        Assert.Equal(Refused, client.Ask(Frame(opcode, opcode == BinaryOpcode.Get ? "key" : "")));
        Assert.Equal("closed", client.ReadAnswer());
    }

    [Fact]
    public void Version_and_mechanisms_are_told_before_authentication()
    {
        using var bench = Start();
        using var client = new BinaryClient(bench.Server.Endpoints[0]);
        Assert.Equal("Success: 1.6.45", client.Ask(Frame(BinaryOpcode.Version)));
        Assert.Equal("Success: EASY HARD SLOW", client.Ask(Frame(BinaryOpcode.SaslList)));
    }

    [Fact]
    public void Accepted_client_is_served()
    {
        using var bench = Start();
        using var client = new BinaryClient(bench.Server.Endpoints[0]);
        Assert.Equal("Success: Authenticated", client.Ask(Frame(BinaryOpcode.SaslAuth, "EASY", "please")));
        Assert.Equal("Success", client.Ask(Storage(BinaryOpcode.Set, "a", "x")));
        Assert.Equal("Success: x", client.Ask(Frame(BinaryOpcode.Get, "a")));
    }

    [Fact]
    public void Exchange_of_two_steps_ends_with_the_servers_last_word()
    {
        using var bench = Start();
        using var client = new BinaryClient(bench.Server.Endpoints[0]);
        Assert.Equal("AuthContinue: really?", client.Ask(Frame(BinaryOpcode.SaslAuth, "HARD", "hello")));
        Assert.Equal("Success: welcome", client.Ask(Frame(BinaryOpcode.SaslStep, "HARD", "yes")));
        Assert.Equal("Success", client.Ask(Frame(BinaryOpcode.Noop)));
    }

    [Theory]
    [InlineData("EASY", "no")]
    [InlineData("NONE", "please")]
    public void Refused_client_may_try_again_and_nothing_else(string mechanism, string message)
    {
        using var bench = Start();
        using var client = new BinaryClient(bench.Server.Endpoints[0]);
        Assert.Equal(Refused, client.Ask(Frame(BinaryOpcode.SaslAuth, mechanism, message)));
        Assert.Equal(Refused, client.Ask(Frame(BinaryOpcode.SaslStep, mechanism, "please")));
        Assert.Equal("Success: Authenticated", client.Ask(Frame(BinaryOpcode.SaslAuth, "EASY", "please")));
        Assert.Equal(Refused, client.Ask(Frame(BinaryOpcode.SaslAuth, mechanism, message)));
        Assert.Equal(Refused, client.Ask(Frame(BinaryOpcode.Noop)));
        Assert.Equal("closed", client.ReadAnswer());
    }

    [Fact]
    public void Message_over_the_limit_closes()
    {
        using var bench = Start();
        using var client = new BinaryClient(bench.Server.Endpoints[0]);
        string longest = new('x', 1024);
        Assert.Equal(Refused, client.Ask(Frame(BinaryOpcode.SaslAuth, "EASY", longest)));
        Assert.Equal(
            "InvalidArguments: Invalid arguments", client.Ask(Frame(BinaryOpcode.SaslAuth, "EASY", longest + "x")));
        Assert.Equal("closed", client.ReadAnswer());
    }

    private static AdministrationBench Start() => new(static options => options.Sasl = new FakeSasl());
}
