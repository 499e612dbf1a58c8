using System.Text;

namespace Larder.Cache.Authentication;

/// <summary>
/// What names and passwords may be. For ASCII this is SASLprep (RFC 4013): nothing is changed, control characters are
/// refused. What is beyond ASCII is compared as its UTF-8 bytes, without normalisation.
/// </summary>
public static class PasswordRules
{
    /// <summary>The most bytes of a name.</summary>
    public const int UserLengthMax = 255;

    /// <summary>The most bytes of a password.</summary>
    public const int PasswordLengthMax = 512;

    /// <summary>Whether somebody can be called so.</summary>
    /// <returns>Null, or what is wrong.</returns>
    public static string? CheckUser(string user)
    {
        ArgumentNullException.ThrowIfNull(user);
        if (user.Contains(':', StringComparison.Ordinal))
        {
            return "a user's name has no colon";
        }
        return Check("a user's name", user, UserLengthMax);
    }

    /// <summary>Whether something can be a password.</summary>
    /// <returns>Null, or what is wrong.</returns>
    public static string? CheckPassword(string password)
    {
        ArgumentNullException.ThrowIfNull(password);
        return Check("a password", password, PasswordLengthMax);
    }

    private static string? Check(string what, string text, int lengthMax)
    {
        int length = Encoding.UTF8.GetByteCount(text);
        if (length == 0 || length > lengthMax)
        {
            return $"{what} has 1 to {lengthMax} bytes";
        }
        return text.Any(char.IsControl) ? $"{what} has no control characters" : null;
    }
}
