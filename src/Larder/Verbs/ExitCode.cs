namespace Larder.Verbs;

/// <summary>Exit codes, memcached's, which are those of sysexits.h.</summary>
internal static class ExitCode
{
    public const int Success = 0;

    /// <summary>A bad or unsupported option.</summary>
    public const int Failure = 1;

    /// <summary>EX_USAGE: a value out of its range; a verb that does not exist.</summary>
    public const int Usage = 64;

    /// <summary>EX_NOUSER: the user that -u names does not exist.</summary>
    public const int NoUser = 67;

    /// <summary>EX_OSERR: the system refused a socket, a limit or a user.</summary>
    public const int OsError = 71;
}
