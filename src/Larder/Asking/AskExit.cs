namespace Larder.Asking;

/// <summary>Exit codes of the verbs that ask servers, for scripts; the last two are those of sysexits.h.</summary>
internal static class AskExit
{
    /// <summary>Hit, stored, deleted: it is as was asked.</summary>
    public const int Done = 0;

    /// <summary>No such key, or the condition of a store was not met.</summary>
    public const int Not = 1;

    /// <summary>EX_USAGE: the command line, or a key that cannot be one.</summary>
    public const int Usage = 64;

    /// <summary>EX_UNAVAILABLE: a server is down, did not answer in time, or refused.</summary>
    public const int Unavailable = 69;
}
