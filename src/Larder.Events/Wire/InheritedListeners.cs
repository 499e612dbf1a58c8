using System.Globalization;

namespace Larder.Events.Wire;

/// <summary>
/// Listening sockets that this process was started with: systemd's (sd_listen_fds(3): LISTEN_PID, LISTEN_FDS, from
/// descriptor 3 on) and those of another Larder process (<see cref="Variable"/>: their numbers, separated by commas,
/// each with a + behind it if the other process gives it up).
/// </summary>
public static class InheritedListeners
{
    /// <summary>The environment variable by which one Larder process hands listeners to another.</summary>
    public const string Variable = "LARDER_LISTEN_FDS";

    /// <summary>The first descriptor that systemd passes (SD_LISTEN_FDS_START).</summary>
    private const int SystemdFirst = 3;

    /// <summary>More listeners than anybody starts a process with: a larger LISTEN_FDS is a mistake.</summary>
    private const int ListenersMax = 1024;

    private static readonly string[] s_names = ["LISTEN_PID", "LISTEN_FDS", "LISTEN_FDNAMES", Variable];

    /// <summary>
    /// What the environment names for this process; empty when it inherited nothing. The names are removed, so that
    /// children do not take the same again. Open them with <see cref="Listener.FromDescriptor(InheritedDescriptor,
    /// ListenOptions, object?)"/> or <see cref="ListenerHeritage"/>, or hand them on.
    /// </summary>
    /// <exception cref="FormatException">A variable does not hold numbers.</exception>
    public static IReadOnlyList<InheritedDescriptor> TakeNames()
    {
        List<InheritedDescriptor> found = Descriptors(Environment.GetEnvironmentVariable, Environment.ProcessId);
        foreach (string name in s_names)
        {
            Environment.SetEnvironmentVariable(name, null);
        }
        return found;
    }

    /// <summary>The value of <see cref="Variable"/> for a process that is to inherit these descriptors.</summary>
    public static string Format(IEnumerable<InheritedDescriptor> descriptors) =>
        string.Join(',', descriptors.Select(
            each => string.Create(CultureInfo.InvariantCulture, $"{each.Number}{(each.IsHandedOver ? "+" : "")}")));

    /// <summary>
    /// The descriptors that an environment names for the process <paramref name="processId"/>, each once.
    /// </summary>
    internal static List<InheritedDescriptor> Descriptors(Func<string, string?> read, int processId)
        => [.. OfSystemd(read, processId).Concat(OfLarder(read(Variable))).DistinctBy(each => each.Number)];

    private static IEnumerable<InheritedDescriptor> OfSystemd(Func<string, string?> read, int processId)
    {
        string? pid = read("LISTEN_PID");
        string? count = read("LISTEN_FDS");
        if (pid == null || count == null || Number(pid, "LISTEN_PID") != processId)
        {
            return [];
        }
        int listeners = Number(count, "LISTEN_FDS");
        return listeners <= ListenersMax
            ? Enumerable.Range(SystemdFirst, listeners).Select(number => new InheritedDescriptor(number, false))
            : throw new FormatException($"LISTEN_FDS holds {count}, more than {ListenersMax}");
    }

    private static IEnumerable<InheritedDescriptor> OfLarder(string? list)
        => string.IsNullOrEmpty(list) ? [] : list.Split(',').Select(OfLarderPart);

    private static InheritedDescriptor OfLarderPart(string part)
    {
        bool isHandedOver = part.EndsWith('+');
        return new InheritedDescriptor(Number(isHandedOver ? part[..^1] : part, Variable), isHandedOver);
    }

    private static int Number(string text, string variable)
        => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int number)
            ? number
            : throw new FormatException($"{variable} holds \"{text}\", which is no number");
}
