using System.Buffers.Text;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Larder.Cache.Authentication;

/// <summary>Reads and writes the lines of password files.</summary>
/// <remarks>
/// <code>
///   larder-passwd 1 SECRET
///   USER:ITERATIONS:SALT:STORED-256:SERVER-256:STORED-512:SERVER-512
/// </code>
/// The first line tells the version. All but names and numbers is base64. A file with another first line is memcached's
/// own kind, a user and a password on each line with a colon or a space between them; those are hashed when it is read.
/// </remarks>
internal static class PasswordText
{
    /// <summary>Users of a file with plain passwords: hashing each takes milliseconds, and the start waits.</summary>
    public const int PlainEntriesMax = 1000;

    private const string Magic = "larder-passwd ";
    private const string Version = "1";
    private const int Fields = 7;

    private static readonly UTF8Encoding s_utf8 = new(false, throwOnInvalidBytes: true);

    /// <summary>Reads a file.</summary>
    /// <param name="text">All of it.</param>
    /// <param name="isPlain">Passwords stand in it for everybody to read.</param>
    /// <exception cref="FormatException">A line is wrong; the message says which.</exception>
    public static PasswordTable Read(byte[] text, out bool isPlain)
    {
        List<byte[]> lines = FileText.Lines(text);
        isPlain = lines.Count == 0 || !lines[0].AsSpan().StartsWith(Encoding.ASCII.GetBytes(Magic));
        return isPlain ? ReadPlain(lines) : ReadHashed(lines);
    }

    /// <summary>Writes a file.</summary>
    public static byte[] Write(PasswordTable table)
    {
        var text = new StringBuilder();
        text.Append(Magic + Version + " ").Append(Convert.ToBase64String(table.Secret)).Append('\n');
        foreach (PasswordRecord record in table.Records)
        {
            text.Append(record.User).Append(':').Append(CultureInfo.InvariantCulture, $"{record.Iterations}");
            foreach (byte[] field in FieldsOf(record))
            {
                text.Append(':').Append(Convert.ToBase64String(field));
            }
            text.Append('\n');
        }
        return s_utf8.GetBytes(text.ToString());
    }

    private static byte[][] FieldsOf(PasswordRecord record) =>
    [
        record.Salt,
        record.Sha256.StoredKey, record.Sha256.ServerKey,
        record.Sha512.StoredKey, record.Sha512.ServerKey,
    ];

    private static PasswordTable ReadHashed(List<byte[]> lines)
    {
        string[] head = TextOf(lines, 0).Split(' ');
        if (head.Length != 3 || head[1] != Version)
        {
            throw Wrong(0, $"this release reads version {Version} of password files");
        }
        var records = new Dictionary<string, PasswordRecord>(StringComparer.Ordinal);
        for (int index = 1; index < lines.Count; index++)
        {
            PasswordRecord record = ReadRecord(index, TextOf(lines, index).Split(':'));
            Add(records, index, record);
        }
        return new(Bytes(0, head[2], PasswordTable.SecretLength), records.Values);
    }

    private static PasswordRecord ReadRecord(int index, string[] fields)
    {
        if (fields.Length != Fields)
        {
            throw Wrong(index, $"{Fields} fields between colons are wanted");
        }
        bool isNumber = int.TryParse(fields[1], NumberStyles.None, CultureInfo.InvariantCulture, out int iterations);
        if (!isNumber || iterations is < PasswordFile.IterationsMin or > PasswordFile.IterationsMax)
        {
            throw Wrong(index, $"iterations must be {PasswordFile.IterationsMin} to {PasswordFile.IterationsMax}");
        }
        int shorter = ScramHash.Sha256.Length;
        int longer = ScramHash.Sha512.Length;
        return new(
            fields[0],
            iterations,
            Bytes(index, fields[2], PasswordRecord.SaltLength),
            new(Bytes(index, fields[3], shorter), Bytes(index, fields[4], shorter)),
            new(Bytes(index, fields[5], longer), Bytes(index, fields[6], longer)));
    }

    /// <summary>Salts are new each time: what can be read needs no protection against guessing.</summary>
    private static PasswordTable ReadPlain(List<byte[]> lines)
    {
        if (lines.Count > PlainEntriesMax)
        {
            throw Wrong(PlainEntriesMax, $"a file with plain passwords may have {PlainEntriesMax} users");
        }
        var records = new Dictionary<string, PasswordRecord>(StringComparer.Ordinal);
        for (int index = 0; index < lines.Count; index++)
        {
            byte[] line = lines[index];
            int end = line.AsSpan().IndexOfAny((byte)':', (byte)' ');
            if (end < 0 || end == line.Length - 1)
            {
                throw Wrong(index, "user:password is wanted");
            }
            string user = Text(index, line[..end]);
            Add(records, index, PasswordRecord.Of(user, line.AsSpan(end + 1), PasswordFile.IterationsMin));
        }
        return new(RandomNumberGenerator.GetBytes(PasswordTable.SecretLength), records.Values);
    }

    private static void Add(Dictionary<string, PasswordRecord> records, int index, PasswordRecord record)
    {
        if (PasswordRules.CheckUser(record.User) is { } reason)
        {
            throw Wrong(index, reason);
        }
        if (!records.TryAdd(record.User, record))
        {
            throw Wrong(index, $"{record.User} is there twice");
        }
    }

    private static string TextOf(List<byte[]> lines, int index) => Text(index, lines[index]);

    private static string Text(int index, byte[] bytes)
    {
        try
        {
            return s_utf8.GetString(bytes);
        }
        catch (DecoderFallbackException)
        {
            throw Wrong(index, "it is not UTF-8");
        }
    }

    private static byte[] Bytes(int index, string text, int length)
    {
        byte[] bytes = new byte[length];
        bool isWhole = Base64.IsValid(text, out int count) && count == length
            && Convert.TryFromBase64String(text, bytes, out _);
        return isWhole ? bytes : throw Wrong(index, $"\"{text}\" is not {length} bytes in base64");
    }

    private static FormatException Wrong(int index, string reason) => new($"line {index + 1}: {reason}");
}
