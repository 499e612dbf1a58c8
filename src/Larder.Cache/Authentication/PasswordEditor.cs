using System.Security.Cryptography;
using System.Text;

namespace Larder.Cache.Authentication;

/// <summary>
/// Changes a password file: reads it, or begins one that is not there, and replaces it whole by
/// <see cref="Save"/>. It writes beside the file, and as long as it lives nobody else can. Not for several threads.
/// </summary>
public sealed class PasswordEditor : IDisposable
{
    /// <summary>Behind the file's name: what is written and then renamed; its being there keeps others away.</summary>
    public const string NewSuffix = ".new";

    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    private readonly string _path;
    private readonly FileStream _file;
    private readonly Dictionary<string, PasswordRecord> _records;
    private readonly byte[] _secret;
    private bool _isSaved;

    private PasswordEditor(string path, FileStream file, PasswordTable? table)
    {
        _path = path;
        _file = file;
        _secret = table?.Secret ?? RandomNumberGenerator.GetBytes(PasswordTable.SecretLength);
        _records = new((table?.Records ?? []).ToDictionary(static record => record.User, StringComparer.Ordinal));
    }

    /// <summary>The users, by their names.</summary>
    public IReadOnlyList<string> Users => [.. _records.Keys.Order(StringComparer.Ordinal)];

    /// <summary>Opens a file for changes; one that is not there will be made.</summary>
    /// <exception cref="PasswordFileException">
    /// It cannot be read or written, somebody else changes it, or it has plain passwords.
    /// </exception>
    public static PasswordEditor Open(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        FileStream file = Create(path + NewSuffix);
        try
        {
            return new(path, file, ReadOld(path));
        }
        catch
        {
            file.Dispose();
            File.Delete(file.Name);
            throw;
        }
    }

    /// <summary>Adds a user, or gives one another password. Takes some milliseconds.</summary>
    /// <param name="user">See <see cref="PasswordRules.CheckUser"/>.</param>
    /// <param name="password">See <see cref="PasswordRules.CheckPassword"/>.</param>
    /// <param name="iterations">Of PBKDF2, 4096 to a million.</param>
    /// <exception cref="ArgumentException">The name or the password cannot be, or so many iterations.</exception>
    public void Set(string user, string password, int iterations = PasswordFile.IterationsDefault)
    {
        if (PasswordRules.CheckUser(user) is { } noUser)
        {
            throw new ArgumentException(noUser, nameof(user));
        }
        if (PasswordRules.CheckPassword(password) is { } noPassword)
        {
            throw new ArgumentException(noPassword, nameof(password));
        }
        ArgumentOutOfRangeException.ThrowIfLessThan(iterations, PasswordFile.IterationsMin);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(iterations, PasswordFile.IterationsMax);
        byte[] bytes = Encoding.UTF8.GetBytes(password);
        _records[user] = PasswordRecord.Of(user, bytes, iterations);
        CryptographicOperations.ZeroMemory(bytes);
    }

    /// <summary>Removes a user; false if there is none of that name.</summary>
    public bool Remove(string user) => _records.Remove(user);

    /// <summary>Puts the changed file in the place of the old one; only its owner may read and write it.</summary>
    /// <exception cref="PasswordFileException">It cannot be written.</exception>
    public void Save()
    {
        try
        {
            _file.Write(PasswordText.Write(new PasswordTable(_secret, _records.Values)));
            _file.Flush(flushToDisk: true); // a name that is there after a crash has all its bytes
            _file.Dispose();
            File.Move(_file.Name, _path, overwrite: true);
            _isSaved = true;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new PasswordFileException($"Could not write password file [{_path}]: {exception.Message}", exception);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _file.Dispose();
        if (!_isSaved)
        {
            File.Delete(_file.Name);
        }
    }

    private static PasswordTable? ReadOld(string path)
    {
        if (!File.Exists(path) && !Directory.Exists(path))
        {
            return null;
        }
        PasswordTable table = PasswordFile.Parse(path, path, out bool isPlain);
        return isPlain && table.Count > 0
            ? throw new PasswordFileException($"Password file [{path}] has plain passwords: write another one")
            : table;
    }

    private static FileStream Create(string path)
    {
        try
        {
            return new FileStream(path, new FileStreamOptions
            {
                Mode = FileMode.CreateNew, Access = FileAccess.Write, UnixCreateMode = OwnerOnly,
            });
        }
        catch (IOException) when (File.Exists(path))
        {
            throw new PasswordFileException($"[{path}] is there: somebody else writes, or was killed while writing");
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new PasswordFileException($"Could not write [{path}]: {exception.Message}", exception);
        }
    }
}
