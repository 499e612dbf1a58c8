using System.Security.Cryptography;

namespace Larder.Cache.Authentication;

/// <summary>
/// Who may enter over the binary protocol: a file of users with salted hashes of their passwords, which
/// <see cref="PasswordEditor"/> and <c>larder passwd</c> write, or with plain passwords as memcached has them. Any
/// thread.
/// </summary>
public sealed class PasswordFile
{
    /// <summary>
    /// Iterations of PBKDF2 unless asked otherwise. A guess costs as many, and so does each login with PLAIN here and
    /// with SCRAM in the client, which in PHP is each page; docs/operating/authentication.md has the times.
    /// </summary>
    public const int IterationsDefault = 4096;

    /// <summary>The fewest iterations (RFC 7677 4).</summary>
    public const int IterationsMin = 4096;

    /// <summary>More would let one login hold a thread for a second.</summary>
    public const int IterationsMax = 1_000_000;

    internal const int BytesMax = 16 << 20;

    private PasswordTable _table; // owner: Reload, by volatile writes
    private volatile bool _isPlain;

    private readonly string _place;

    private PasswordFile(string path)
    {
        Path = path;
        _place = FileText.PlaceOf(path);
        _table = Read(out bool isPlain);
        _isPlain = isPlain;
    }

    /// <summary>Where it is read from.</summary>
    public string Path { get; }

    /// <summary>How many users there are.</summary>
    public int Count => Table.Count;

    /// <summary>Their names, in order.</summary>
    public IReadOnlyList<string> Users => [.. Table.Records.Select(static record => record.User)];

    /// <summary>Passwords stand in the file for everybody to read who may read it.</summary>
    public bool IsPlain => _isPlain;

    internal PasswordTable Table => Volatile.Read(ref _table);

    /// <summary>Reads a file.</summary>
    /// <exception cref="PasswordFileException">It cannot be read, names nobody, or has a wrong line.</exception>
    public static PasswordFile Load(string path) => new(path);

    /// <summary>
    /// Reads the file again; clients that are in stay. When it is not good the old users stay. Any thread; it blocks.
    /// </summary>
    /// <returns>Null, or in one line what is wrong.</returns>
    public string? Reload()
    {
        try
        {
            Volatile.Write(ref _table, Read(out bool isPlain));
            _isPlain = isPlain;
            return null;
        }
        catch (PasswordFileException bad)
        {
            return bad.Message;
        }
    }

    /// <summary>Reads a file, which may name nobody.</summary>
    /// <exception cref="PasswordFileException">It cannot be read, or has a line that is wrong.</exception>
    internal static PasswordTable Parse(string place, string name, out bool isPlain)
    {
        byte[] text = FileText.Read(place, BytesMax, out string reason)
            ?? throw new PasswordFileException($"Could not open password file [{name}]: {reason}");
        try
        {
            return PasswordText.Read(text, out isPlain);
        }
        catch (FormatException bad)
        {
            throw new PasswordFileException($"Password file [{name}], {bad.Message}", bad);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(text);
        }
    }

    private PasswordTable Read(out bool isPlain)
    {
        PasswordTable table = Parse(_place, Path, out isPlain);
        return table.Count > 0
            ? table
            : throw new PasswordFileException($"Password file [{Path}] is empty: nobody could enter");
    }
}
