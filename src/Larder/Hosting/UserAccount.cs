using System.Globalization;

namespace Larder.Hosting;

/// <summary>A user that the process can become.</summary>
/// <param name="UserId">Numeric user.</param>
/// <param name="GroupId">Numeric first group.</param>
internal sealed record UserAccount(uint UserId, uint GroupId)
{
    private const string PasswordFile = "/etc/passwd";

    /// <summary>Looks a user up in this machine's own accounts; null if there is none of this name.</summary>
    public static UserAccount? Find(string name) => Find(name, File.ReadLines(PasswordFile));

    /// <summary>Looks a user up in lines as passwd(5) has them: <c>name:x:uid:gid:...</c>.</summary>
    public static UserAccount? Find(string name, IEnumerable<string> lines)
    {
        foreach (string line in lines)
        {
            string[] fields = line.Split(':');
            if (fields.Length >= 4
                && string.Equals(fields[0], name, StringComparison.Ordinal)
                && uint.TryParse(fields[2], NumberStyles.None, CultureInfo.InvariantCulture, out uint user)
                && uint.TryParse(fields[3], NumberStyles.None, CultureInfo.InvariantCulture, out uint group))
            {
                return new(user, group);
            }
        }

        return null;
    }
}
