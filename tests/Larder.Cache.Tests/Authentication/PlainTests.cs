using System.Text;
using Larder.Cache.Authentication;

namespace Larder.Cache.Tests.Authentication;

public sealed class PlainTests
{
    private static readonly PasswordTable s_table = new(
        new byte[PasswordTable.SecretLength], [PasswordRecord.Of("user", "pencil"u8, PasswordFile.IterationsMin)]);

    [Theory]
    [InlineData("\0user\0pencil", true)]
    [InlineData("user\0user\0pencil", true)]
    [InlineData("\0user\0pencils", false)]
    [InlineData("\0user\0penci", false)]
    [InlineData("\0nobody\0pencil", false)]
    public void Message_is_decided_after_hashing(string message, bool isAccepted)
    {
        var exchange = new PlainExchange(s_table);
        Assert.Equal(SaslOutcome.Computes, Step(exchange, message));
        exchange.Compute();
        Assert.Equal(isAccepted ? SaslOutcome.Accepted : SaslOutcome.Refused, exchange.Finish());
    }

    [Theory]
    [InlineData("user")]
    [InlineData("user\0pencil")]
    [InlineData("\0user\0")]
    [InlineData("\0\0pencil")]
    [InlineData("\0user\0pen\0cil")]
    [InlineData("other\0user\0pencil")]
    public void Message_that_is_none_is_refused_without_hashing(string message) =>
        Assert.Equal(SaslOutcome.Refused, Step(new PlainExchange(s_table), message));

    [Fact]
    public void Password_that_was_not_hashed_is_refused()
    {
        var exchange = new PlainExchange(s_table);
        Step(exchange, "\0user\0pencil");
        Assert.Equal(SaslOutcome.Refused, exchange.Finish());
    }

    [Fact]
    public void Client_that_begins_without_a_message_is_asked_for_it_once()
    {
        var exchange = new PlainExchange(s_table);
        Assert.Equal(SaslOutcome.Continues, Step(exchange, ""));
        Assert.Equal(SaslOutcome.Computes, Step(exchange, "\0user\0pencil"));
        exchange = new PlainExchange(s_table);
        Assert.Equal(SaslOutcome.Continues, Step(exchange, ""));
        Assert.Equal(SaslOutcome.Refused, Step(exchange, ""));
    }

    private static SaslOutcome Step(PlainExchange exchange, string message)
    {
        SaslOutcome outcome = exchange.Step(Encoding.Latin1.GetBytes(message), [], out int length);
        Assert.Equal(0, length);
        return outcome;
    }
}
