using System.Security.Cryptography;
using System.Text;
using Larder.Cache.Authentication;

namespace Larder.Cache.Tests.Authentication;

/// <summary>
/// Aim: SCRAM as its RFCs have it, and for each message that is wrong the error that they name. Method: RFC 7677's
/// example, and a client of the tests' own.
/// </summary>
public sealed class ScramTests
{
    private const string ServerNonce = "%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0";
    private const string First = "n,,n=user,r=rOprNGfwEbeRWgbNEkqO";
    private const string Nonce = "rOprNGfwEbeRWgbNEkqO" + ServerNonce;
    private const string Challenge = "r=" + Nonce + ",s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096";
    private const string Proof = ",p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=";
    private const string Last = "c=biws,r=" + Nonce + Proof;

    private static readonly PasswordTable s_table = Table("user", "pencil");

    [Fact]
    public void Example_of_rfc_7677_is_answered_to_the_letter()
    {
        ScramExchange exchange = New();
        Assert.Equal($"Continues {Challenge}", Step(exchange, First));
        Assert.Equal("Accepted v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=", Step(exchange, Last));
    }

    [Theory]
    [InlineData("user", "pencil", "n,,")]
    [InlineData("user", "pencil", "y,,")]
    [InlineData("user", "pencil", "n,a=user,")]
    [InlineData("a,b=c", "x=,y", "n,,")]
    [InlineData("\u00fcser", "p\u00e4ss", "n,,")]
    [InlineData("u", "a password of more than one hundred and twenty-eight bytes, which HMAC hashes before it takes it "
        + "as its key, and so does PBKDF2 with SHA-512", "n,,")]
    public void Right_password_is_accepted_by_both_hashes(string user, string password, string header)
    {
        foreach (HashAlgorithmName hash in (HashAlgorithmName[])[HashAlgorithmName.SHA256, HashAlgorithmName.SHA512])
        {
            var client = new ScramClient(hash, user, password, header: header);
            ScramExchange exchange = New(hash, Table(user, password));
            string challenge = Step(exchange, client.First)["Continues ".Length..];
            string outcome = Step(exchange, client.Answer(challenge));
            Assert.Equal($"Accepted {client.Verifier}", outcome);
        }
    }

    [Fact]
    public void Wrong_password_and_unknown_user_have_the_same_answer()
    {
        var wrong = new ScramClient(HashAlgorithmName.SHA256, "user", "pencils");
        var unknown = new ScramClient(HashAlgorithmName.SHA256, "nobody", "pencil");
        foreach (ScramClient client in (ScramClient[])[wrong, unknown])
        {
            ScramExchange exchange = New();
            string challenge = Step(exchange, client.First);
            Assert.Matches("^Continues r=abc.*,s=.{24},i=4096$", challenge);
            Assert.Equal("Refused e=invalid-proof", Step(exchange, client.Answer(challenge["Continues ".Length..])));
        }
    }

    [Fact]
    public void Unknown_user_has_one_salt_for_ever_and_not_that_of_another()
    {
        Assert.Equal(SaltOf(s_table, "nobody"), SaltOf(Table("somebody", "x", s_table.Secret), "nobody"));
        Assert.NotEqual(SaltOf(s_table, "nobody"), SaltOf(s_table, "nobody2"));
        Assert.NotEqual(SaltOf(s_table, "nobody"), SaltOf(Table("user", "pencil"), "nobody"));

        static string SaltOf(PasswordTable table, string user)
            => Step(New(HashAlgorithmName.SHA256, table), $"n,,n={user},r=x").Split(',')[1];
    }

    [Fact]
    public void Client_that_begins_without_a_message_is_asked_for_it_once()
    {
        ScramExchange exchange = New();
        Assert.Equal("Continues ", Step(exchange, ""));
        Assert.Equal($"Continues {Challenge}", Step(exchange, First));
        Assert.StartsWith("Accepted v=", Step(exchange, Last));
        exchange = New();
        Step(exchange, "");
        Assert.Equal("Refused e=invalid-encoding", Step(exchange, ""));
    }

    [Theory]
    [InlineData("n", "invalid-encoding")]
    [InlineData("n,", "invalid-encoding")]
    [InlineData("n,,", "invalid-encoding")]
    [InlineData("n,,n=user", "invalid-encoding")]
    [InlineData("n,,n=user,", "invalid-encoding")]
    [InlineData("n,,n=user,r=", "invalid-encoding")]
    [InlineData("n,,n=user,r=a b", "invalid-encoding")]
    [InlineData("n,,n=user,r=a\u0080", "invalid-encoding")]
    [InlineData("n,,n=user,x=a", "invalid-encoding")]
    [InlineData("n,,u=user,r=abc", "invalid-encoding")]
    [InlineData("x,,n=user,r=abc", "invalid-encoding")]
    [InlineData("nn,,n=user,r=abc", "invalid-encoding")]
    [InlineData("n,user,n=user,r=abc", "invalid-encoding")]
    [InlineData("p=tls-unique,,n=user,r=abc", "channel-binding-not-supported")]
    [InlineData("n,,m=x,n=user,r=abc", "extensions-not-supported")]
    [InlineData("n,,n=,r=abc", "invalid-username-encoding")]
    [InlineData("n,,n=us=er,r=abc", "invalid-username-encoding")]
    [InlineData("n,,n=user=,r=abc", "invalid-username-encoding")]
    [InlineData("n,,n=user=2,r=abc", "invalid-username-encoding")]
    [InlineData("n,,n=user=2c,r=abc", "invalid-username-encoding")]
    [InlineData("n,,n=us\0er,r=abc", "invalid-username-encoding")]
    [InlineData("n,a=other,n=user,r=abc", "other-error")]
    public void First_message_that_is_wrong_has_its_error(string message, string error) =>
        Assert.Equal($"Refused e={error}", Step(New(), message));

    [Theory]
    [InlineData(510, "Continues")]
    [InlineData(511, "Refused")]
    public void Nonce_of_the_client_has_a_limit(int length, string outcome)
    {
        string answer = Step(New(), $"n,,n=user,r={new string('x', length)}");
        Assert.StartsWith(outcome, answer);
        Assert.InRange(answer.Length, 1, ISaslExchange.AnswerLengthMax);
    }

    [Fact]
    public void Name_of_a_user_has_a_limit()
    {
        Assert.StartsWith("Continues", Step(New(), $"n,,n={new string('x', 255)},r=abc"));
        Assert.Equal("Refused e=invalid-username-encoding", Step(New(), $"n,,n={new string('x', 256)},r=abc"));
    }

    [Fact]
    public void Extension_that_nobody_demands_is_proven_and_passed_over()
    {
        var client = new ScramClient(HashAlgorithmName.SHA256, "user", "pencil", nonce: "abc,x=y");
        ScramExchange exchange = New();
        string challenge = Step(exchange, client.First)["Continues ".Length..];
        Assert.StartsWith("r=abc%", challenge);
        string outcome = Step(exchange, client.Answer(challenge));
        Assert.Equal($"Accepted {client.Verifier}", outcome);
        exchange = New();
        Step(exchange, First + ",x=y");
        Assert.Equal("Refused e=invalid-proof", Step(exchange, Last)); // of a client that did not prove it
        exchange = New();
        Step(exchange, First);
        Assert.Equal("Refused e=invalid-proof", Step(exchange, "c=biws,r=" + Nonce + ",x=y" + Proof));
    }

    [Theory]
    [InlineData("", "invalid-encoding")]
    [InlineData("c=biws,r=" + Nonce, "invalid-encoding")]
    [InlineData("c=biws,r=" + Nonce + ",p=", "invalid-encoding")]
    [InlineData("c=biws,r=" + Nonce + ",p=dHzb", "invalid-encoding")]
    [InlineData("c=biws,r=" + Nonce + Proof + "=", "invalid-encoding")]
    [InlineData("c=bi*s,r=" + Nonce + Proof, "invalid-encoding")]
    [InlineData("x=biws,r=" + Nonce + Proof, "invalid-encoding")]
    [InlineData("c=biws" + Proof, "invalid-encoding")]
    [InlineData("c=eSws,r=" + Nonce + Proof, "channel-bindings-dont-match")]
    [InlineData("c=biws,r=rOprNGfwEbeRWgbNEkqO" + Proof, "other-error")]
    [InlineData("c=biws,r=" + Nonce + "x" + Proof, "other-error")]
    [InlineData("c=biws,r=" + Nonce + ",p=AHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=", "invalid-proof")]
    public void Last_message_that_is_wrong_has_its_error(string message, string error)
    {
        ScramExchange exchange = New();
        Step(exchange, First);
        Assert.Equal($"Refused e={error}", Step(exchange, message));
    }

    [Fact]
    public void Proof_for_one_hash_is_none_for_the_other()
    {
        var client = new ScramClient(HashAlgorithmName.SHA256, "user", "pencil");
        ScramExchange exchange = New(HashAlgorithmName.SHA512, s_table);
        string challenge = Step(exchange, client.First)["Continues ".Length..];
        Assert.Equal("Refused e=invalid-encoding", Step(exchange, client.Answer(challenge)));
    }

    private static ScramExchange New() => New(HashAlgorithmName.SHA256, s_table);

    private static ScramExchange New(HashAlgorithmName hash, PasswordTable table) =>
        new(hash == HashAlgorithmName.SHA512 ? ScramHash.Sha512 : ScramHash.Sha256, table, ServerNonce);

    private static PasswordTable Table(string user, string password, byte[]? secret = null)
    {
        byte[] salt = Convert.FromBase64String("W22ZaJ0SNY7soEsUEjb6gQ==");
        byte[] bytes = Encoding.UTF8.GetBytes(password);
        var record = new PasswordRecord(
            user, 4096, salt, ScramHash.Sha256.KeysOf(bytes, salt, 4096), ScramHash.Sha512.KeysOf(bytes, salt, 4096));
        return new(secret ?? RandomNumberGenerator.GetBytes(PasswordTable.SecretLength), [record]);
    }

    private static string Step(ScramExchange exchange, string message)
    {
        byte[] answer = new byte[ISaslExchange.AnswerLengthMax];
        byte[] bytes = message.Any(static letter => letter == '\u0080')
            ? Encoding.Latin1.GetBytes(message)
            : Encoding.UTF8.GetBytes(message);
        SaslOutcome outcome = exchange.Step(bytes, answer, out int length);
        return $"{outcome} {Encoding.ASCII.GetString(answer.AsSpan(0, length))}";
    }
}
