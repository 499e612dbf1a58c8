using System.Text;

namespace Larder.Cache.Authentication;

/// <summary>The users of one reading of a password file. Immutable; any thread.</summary>
internal sealed class PasswordTable
{
    /// <summary>Bytes of <see cref="Secret"/>.</summary>
    public const int SecretLength = 32;

    private readonly Dictionary<string, PasswordRecord> _records = new(StringComparer.Ordinal);
    private readonly int _iterations;

    /// <param name="secret">What salts of users who do not exist are made from.</param>
    /// <param name="records">One for each user.</param>
    public PasswordTable(byte[] secret, IEnumerable<PasswordRecord> records)
    {
        Secret = secret;
        foreach (PasswordRecord record in records)
        {
            _records.Add(record.User, record);
        }
        _iterations = _records.Values.CountBy(static record => record.Iterations)
            .OrderByDescending(static each => each.Value).ThenBy(static each => each.Key)
            .Select(static each => each.Key).FirstOrDefault(PasswordFile.IterationsDefault);
    }

    /// <summary>
    /// Stands in the file, so that a user who does not exist has the same salt tomorrow and on every server.
    /// </summary>
    public byte[] Secret { get; }

    /// <summary>All users, by their names.</summary>
    public IEnumerable<PasswordRecord> Records
        => _records.Values.OrderBy(static record => record.User, StringComparer.Ordinal);

    /// <summary>How many there are.</summary>
    public int Count => _records.Count;

    /// <summary>
    /// A user's record, or one that looks the same and that nothing proves: with a salt of its own and the iterations
    /// that most users have. It is made for those who exist, too, so that both take the same time.
    /// </summary>
    public PasswordRecord Find(ReadOnlySpan<byte> user)
    {
        string name = Encoding.UTF8.GetString(user);
        PasswordRecord fake = Imitate(name, user);
        return _records.GetValueOrDefault(name, fake);
    }

    private PasswordRecord Imitate(string name, ReadOnlySpan<byte> user)
    {
        byte[] salt = ScramHash.Sha256.Hmac(Secret, user)[..PasswordRecord.SaltLength];
        var keys = new ScramKeys(ScramHash.Sha256.Hmac(Secret, salt), []);
        var longKeys = new ScramKeys(ScramHash.Sha512.Hmac(Secret, salt), []);
        return new(name, _iterations, salt, keys, longKeys) { IsReal = false };
    }
}
