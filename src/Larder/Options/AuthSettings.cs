using Larder.Cache.Serving;
using Larder.Verbs;

namespace Larder.Options;

/// <summary>-S, -Y, and the words of -o that begin with <c>auth_</c> or <c>sasl_</c>: who may enter.</summary>
internal sealed class AuthSettings(CacheServerOptions server)
{
    private const int BytesMin = 256;
    private const int BytesMost = 16 * 1024;
    private const int CountMost = 1_000_000;

    /// <summary>More threads than a large machine has cores.</summary>
    private const int ThreadsMost = 1024;

    /// <summary>A day, as for the other times.</summary>
    private const int SecondsMost = 86_400;

    /// <summary>-S: clients of the binary protocol authenticate themselves.</summary>
    public bool IsSaslEnabled { get; set; }

    /// <summary>-Y: the file of those who may enter over the text protocols, or null.</summary>
    public string? TokenPath { get; set; }

    /// <summary>-o sasl_pwdb: the file of users for -S; null if the environment is to name it.</summary>
    public string? PasswordPath { get; private set; }

    /// <summary>-B was given.</summary>
    public bool IsProtocolGiven { get; set; }

    /// <summary>The files that were read at the start, and are again at SIGHUP.</summary>
    public IEnumerable<string> Files => new[] { server.Tokens?.Path, server.Passwords?.Path }.OfType<string>();

    /// <summary>Whether a word of -o belongs here.</summary>
    public static bool Knows(string name) =>
        name is "sasl_pwdb" or "auth_timeout" or "auth_commands" or "auth_bytes" or "auth_threads" or "auth_queue";

    /// <summary>Applies a word; null, or what is wrong with it.</summary>
    public string? Apply(SubOption word)
    {
        if (word.Name is "sasl_pwdb")
        {
            PasswordPath = word.Value;
            return string.IsNullOrEmpty(word.Value) ? "Missing sasl_pwdb argument" : null;
        }

        (int least, int most) = word.Name switch
        {
            "auth_timeout" => (0, SecondsMost),
            "auth_bytes" => (BytesMin, BytesMost),
            "auth_threads" => (1, ThreadsMost),
            _ => (1, CountMost),
        };
        LeadingNumber number = LeadingNumber.Read(word.Value ?? "");
        if (!number.IsWhole || number.Value < least || number.Value > most)
            return $"{word.Name} needs a number, {least} to {most}";

        int value = (int)number.Value;
        switch (word.Name)
        {
            case "auth_timeout": server.AuthenticationTimeout = TimeSpan.FromSeconds(value); break;
            case "auth_bytes": server.AuthenticationBytesMax = value; break;
            case "auth_threads": server.HashThreads = value; break;
            case "auth_queue": server.HashQueueMax = value; break;
            default: server.AuthenticationCommandsMax = value; break;
        }

        return null;
    }

    /// <summary>
    /// What can only be said when all options are known: a protocol without authentication would be a way around it.
    /// </summary>
    /// <param name="hasUdp">-U asks for datagrams, in which nobody can log in.</param>
    /// <param name="listened">The protocols that -l asks for.</param>
    public OptionExit? Check(bool hasUdp, IEnumerable<CacheProtocol> listened)
    {
        if (hasUdp && TokenPath is not null)
            return Usage("Cannot use UDP with ascii authentication enabled (-U 0 to disable)");
        if (hasUdp && IsSaslEnabled) return Usage("Cannot use UDP with SASL enabled (-U 0 to disable)");
        if (IsSaslEnabled && TokenPath is null)
        {
            if (IsOther(CacheProtocol.Binary))
                return Usage("ERROR: You cannot allow the ASCII protocol while using SASL.");
            server.Protocol = CacheProtocol.Binary;
        }
        else if (TokenPath is not null && !IsSaslEnabled)
        {
            if (IsOther(CacheProtocol.Ascii))
            {
                return Usage(
                    "ERROR: You cannot allow the BINARY protocol while using ascii authentication tokens.");
            }

            server.Protocol = CacheProtocol.Ascii;
        }

        return null;

        bool IsOther(CacheProtocol protocol) =>
            (IsProtocolGiven && server.Protocol != protocol) || listened.Any(each => each != protocol);
    }

    private static OptionExit Usage(string text) => new(text, ExitCode.Usage);
}
