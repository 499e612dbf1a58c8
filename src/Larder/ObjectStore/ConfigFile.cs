namespace Larder.ObjectStore;

/// <summary>
/// A config file: lines <c>key = value</c>, some keys bare, a <c>#</c> before what is not meant for us. What is no such
/// line, and keys that nobody knows, are ignored as cmogstored does, so that a file of Perl's mogstored can be used.
/// </summary>
internal static class ConfigFile
{
    /// <summary>Keys that are switches: bare, or with 1 for yes and 0 for no, as Perl writes them.</summary>
    private static readonly string[] s_switches = ["daemonize", "readonly", "follow-links", "check-reads"];

    /// <summary>Applies all lines; null, or what is wrong with one.</summary>
    public static string? Read(IEnumerable<string> lines, StoreSource source)
    {
        foreach (string line in lines)
        {
            string text = line.Split('#', 2)[0].Trim();
            string[] parts = text.Split('=', 2, StringSplitOptions.TrimEntries);
            bool isSwitch = s_switches.Contains(parts[0], StringComparer.Ordinal);
            if (isSwitch ? parts is [_, not "1"] : parts.Length < 2 || parts[1].Length == 0) continue;
            source.TryApply(parts[0], isSwitch ? "" : parts[1], out string? error);
            if (error is not null) return error;
        }

        return null;
    }
}
