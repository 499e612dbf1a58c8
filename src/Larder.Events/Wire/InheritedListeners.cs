using System.Globalization;

namespace Larder.Events.Wire;

/// <summary>
/// Listening sockets that this process was started with: systemd's (sd_listen_fds(3): LISTEN_PID, LISTEN_FDS, from
/// descriptor 3 on) and those of another Larder process (<see cref="Variable"/>: their numbers, separated by commas).
/// </summary>
public static class InheritedListeners
{
    /// <summary>The environment variable by which one Larder process hands listeners to another.</summary>
    public const string Variable = "LARDER_LISTEN_FDS";

    /// <summary>The first descriptor that systemd passes (SD_LISTEN_FDS_START).</summary>
    private const int SystemdFirst = 3;

    /// <summary>More listeners than anybody starts a process with: a larger LISTEN_FDS is a mistake.</summary>
    private const int ListenersMax = 1024;

    /// <summary>
    /// Takes over what the environment names and removes the names, so that children do not take them again.
    /// </summary>
    /// <returns>The listeners; empty when the process inherited none.</returns>
    /// <exception cref="ListenException">A named descriptor is not a listening socket.</exception>
    /// <exception cref="FormatException">A variable does not hold numbers.</exception>
    public static IReadOnlyList<Listener> FromEnvironment(ListenOptions options)
    {
        List<int> descriptors = Descriptors(Environment.GetEnvironmentVariable, Environment.ProcessId);
        foreach (string name in (string[])["LISTEN_PID", "LISTEN_FDS", "LISTEN_FDNAMES", Variable])
        {
            Environment.SetEnvironmentVariable(name, null);
        }
        var listeners = new List<Listener>(descriptors.Count);
        try
        {
            foreach (int fd in descriptors)
            {
                listeners.Add(Listener.FromDescriptor(fd, options));
            }
        }
        catch (ListenException)
        {
            listeners.ForEach(taken => taken.Dispose());
            throw;
        }
        return listeners;
    }

    /// <summary>
    /// The numbers that an environment names for the process <paramref name="processId"/>, each once.
    /// </summary>
    internal static List<int> Descriptors(Func<string, string?> read, int processId)
        => [.. OfSystemd(read, processId).Concat(OfLarder(read(Variable))).Distinct()];

    private static IEnumerable<int> OfSystemd(Func<string, string?> read, int processId)
    {
        string? pid = read("LISTEN_PID");
        string? count = read("LISTEN_FDS");
        if (pid == null || count == null || Number(pid, "LISTEN_PID") != processId)
        {
            return [];
        }
        int listeners = Number(count, "LISTEN_FDS");
        return listeners <= ListenersMax
            ? Enumerable.Range(SystemdFirst, listeners)
            : throw new FormatException($"LISTEN_FDS holds {count}, more than {ListenersMax}");
    }

    private static IEnumerable<int> OfLarder(string? list)
        => string.IsNullOrEmpty(list) ? [] : list.Split(',').Select(part => Number(part, Variable));

    private static int Number(string text, string variable)
        => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int number)
            ? number
            : throw new FormatException($"{variable} holds \"{text}\", which is no number");
}
