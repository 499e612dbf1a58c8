using System.Security.Cryptography;
using System.Text;
using Larder.Cache.Authentication;
using Larder.Protocol.Tests;
using Xunit;

namespace Larder.Fuzz;

/// <summary>
/// Aim: no message of a client, and no file of passwords, ends in an exception that is not foreseen, and no message
/// lets somebody in who does not know the password. Method: mutated messages; what is refused is refused with one of
/// the RFC's words, and what is read of a file is the same when it was written and read again.
/// </summary>
public class SaslFuzz
{
    private const string Salt = "W22ZaJ0SNY7soEsUEjb6gQ==";

    private static readonly string[] s_first =
    [
        "n,,n=user,r=rOprNGfwEbeRWgbNEkqO", "y,,n=user,r=abc", "n,a=user,n=user,r=abc", "p=tls-unique,,n=user,r=abc",
        "n,,n=us=2Cer=3D,r=abc", "n,,m=x,n=user,r=abc", "n,,n=user,r=abc,x=y", "n,,n=nobody,r=abc", "=2C", "=3D", ",",
    ];

    private static readonly string[] s_last =
    [
        "c=biws,r=abcS,p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=", "c=eSws,r=abcS,p=AAAA", "c=biws,r=abcS",
        "c=biws,r=abcS,x=y,p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=", ",p=", "c=", "biws",
    ];

    private static readonly string[] s_plain = ["\0user\0wrong", "user\0user\0wrong", "\0nobody\0x", "\0", "user"];

    private static readonly string[] s_errors =
    [
        "", "e=invalid-encoding", "e=extensions-not-supported", "e=invalid-proof", "e=channel-bindings-dont-match",
        "e=channel-binding-not-supported", "e=invalid-username-encoding", "e=other-error",
    ];

    private static readonly string s_zeros = Convert.ToBase64String(new byte[32]);
    private static readonly string s_longZeros = Convert.ToBase64String(new byte[64]);

    private static readonly string[] s_files =
    [
        $"larder-passwd 1 {s_zeros}\n", $"alice:4096:{Salt}:{s_zeros}:{s_zeros}:{s_longZeros}:{s_longZeros}\n",
        $"bob:5000:{Salt}:{s_zeros}:{s_zeros}:{s_longZeros}:{s_longZeros}\n", "larder-passwd 2 x\n", ":", "\n",
    ];

    private static readonly PasswordTable s_table = Table();

    [Fact]
    public void First_message_is_continued_or_refused_in_the_words_of_the_rfc() => FuzzRun.Run(s_first, static input =>
    {
        var exchange = new ScramExchange(ScramHash.Sha256, s_table, "S");
        (SaslOutcome outcome, string answer) = Step(exchange, input);
        Assert.NotEqual(SaslOutcome.Accepted, outcome);
        if (outcome == SaslOutcome.Refused)
            Assert.Contains(answer, s_errors);
        else if (input.Length > 0)
            Assert.Matches("^r=[!-~]+S,s=[A-Za-z0-9+/]{22}==,i=4096$", answer);
    });

    [Fact]
    public void Last_message_without_the_password_is_never_accepted() => FuzzRun.Run(s_last, static input =>
    {
        var exchange = new ScramExchange(ScramHash.Sha256, s_table, "S");
        Assert.Equal(SaslOutcome.Continues, Step(exchange, "n,,n=user,r=abc"u8.ToArray()).Outcome);
        (SaslOutcome outcome, string answer) = Step(exchange, input);
        Assert.Equal(SaslOutcome.Refused, outcome);
        Assert.Contains(answer, s_errors);
    });

    [Fact]
    public void Plain_message_is_computed_only_when_it_has_three_parts() => FuzzRun.Run(s_plain, static input =>
    {
        var exchange = new PlainExchange(s_table);
        (SaslOutcome outcome, string answer) = Step(exchange, input);
        string[] parts = Bytes.Text(input).Split('\0');
        bool isWhole = parts is [var authorization, { Length: > 0 } user, { Length: > 0 }]
            && (authorization.Length == 0 || authorization == user);
        SaslOutcome wanted = isWhole ? SaslOutcome.Computes
            : input.Length == 0 ? SaslOutcome.Continues
            : SaslOutcome.Refused;
        Assert.Equal(wanted, outcome);
        Assert.Empty(answer);
        Assert.Equal(SaslOutcome.Refused, exchange.Finish());
    });

    [Fact]
    public void Password_file_is_read_as_it_was_written_or_refused() => FuzzRun.Run(s_files, static input =>
    {
        if (!input.AsSpan().StartsWith("larder-passwd "u8)) return; // plain passwords take a hash each
        try
        {
            PasswordTable table = PasswordText.Read(input, out bool isPlain);
            Assert.False(isPlain);
            byte[] written = PasswordText.Write(table);
            PasswordTable again = PasswordText.Read(written, out _);
            Assert.Equal(table.Count, again.Count);
            Assert.Equal(written, PasswordText.Write(again));
        }
        catch (FormatException refused)
        {
            Assert.StartsWith("line ", refused.Message, StringComparison.Ordinal);
        }
    });

    private static (SaslOutcome Outcome, string Answer) Step(ISaslExchange exchange, byte[] message)
    {
        byte[] answer = new byte[ISaslExchange.AnswerLengthMax];
        SaslOutcome outcome = exchange.Step(message, answer, out int length);
        return (outcome, Encoding.Latin1.GetString(answer, 0, length));
    }

    private static PasswordTable Table()
    {
        byte[] salt = Convert.FromBase64String(Salt);
        byte[] secret = RandomNumberGenerator.GetBytes(PasswordTable.SecretLength);
        ScramKeys keys = ScramHash.Sha256.KeysOf("pencil"u8, salt, PasswordFile.IterationsMin);
        return new(secret, [new("user", PasswordFile.IterationsMin, salt, keys, keys)]);
    }
}
