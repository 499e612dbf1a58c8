using Larder.Cache.Authentication;
using Larder.Cache.Serving;
using Larder.Options;
using Larder.Verbs;

namespace Larder.Hosting;

/// <summary>The files of -Y and -S: read at the start, before the user of -u, and again at SIGHUP.</summary>
internal static class EntryFiles
{
    /// <summary>Where memcached finds the users of -S.</summary>
    public const string PasswordVariable = "MEMCACHED_SASL_PWDB";

    /// <summary>Reads what the settings ask for into the server's options.</summary>
    /// <param name="settings">All of them.</param>
    /// <param name="environment">Finds a variable of the environment.</param>
    /// <returns>Null, or why the program must end.</returns>
    public static OptionExit? Load(CacheSettings settings, Func<string, string?> environment)
    {
        AuthSettings auth = settings.Auth;
        try
        {
            if (auth.TokenPath is { } tokens) settings.Server.Tokens = TokenFile.Load(tokens);
            if (!auth.IsSaslEnabled) return null;
            string? path = auth.PasswordPath ?? environment(PasswordVariable);
            if (string.IsNullOrEmpty(path))
            {
                return new(
                    $"-S needs a file of users: -o sasl_pwdb=FILE, or {PasswordVariable} in the environment; "
                    + $"{CalledName.Default} passwd writes one",
                    ExitCode.Usage);
            }

            var passwords = PasswordFile.Load(path);
            if (passwords.IsPlain)
                settings.Warnings.Add($"{path} has plain passwords; {CalledName.Default} passwd writes hashed ones");
            settings.Server.Passwords = passwords;
            return null;
        }
        catch (PasswordFileException exception)
        {
            return new(exception.Message, ExitCode.Failure);
        }
    }

    /// <summary>Has SIGHUP read them again.</summary>
    public static void AddTo(ReloadHooks hooks, CacheServerOptions options)
    {
        if (options.Tokens is { } tokens) hooks.Add("tokens", tokens.Reload);
        if (options.Passwords is { } passwords) hooks.Add("passwords", passwords.Reload);
    }
}
