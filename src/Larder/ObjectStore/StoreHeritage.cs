using System.Globalization;
using Larder.Events.Wire;
using Microsoft.Extensions.Logging;

namespace Larder.ObjectStore;

/// <summary>
/// Listeners that this process was started with: cmogstored's, systemd's and those of a worker's master.
/// </summary>
internal sealed class StoreHeritage : IDisposable
{
    /// <summary>Where one cmogstored tells the next the numbers of its listeners, between commas.</summary>
    public const string Variable = "CMOGSTORED_FD";

    private readonly HashSet<int> _told; // numbers that are worth a line in the log

    private StoreHeritage(IReadOnlyList<InheritedDescriptor> upgrade, IReadOnlyList<InheritedDescriptor> others)
    {
        _told = [.. upgrade.Select(static each => each.Number)];
        Listeners = new([.. upgrade, .. others]);
    }

    /// <summary>Those that nobody has claimed yet.</summary>
    public ListenerHeritage Listeners { get; }

    /// <summary>Whether another process started this one in order to be replaced by it.</summary>
    public bool IsUpgrade => _told.Count > 0;

    /// <summary>Takes the names out of the environment, so that no child takes the same again.</summary>
    /// <exception cref="FormatException">A variable does not hold numbers.</exception>
    public static StoreHeritage FromEnvironment()
    {
        string? text = Environment.GetEnvironmentVariable(Variable);
        Environment.SetEnvironmentVariable(Variable, null);
        InheritedDescriptor[] upgrade =
            [.. (text ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries).Distinct().Select(Descriptor)];
        return new(upgrade, InheritedListeners.TakeNames());
    }

    /// <summary>Tells which were used and which were not, and closes those.</summary>
    public void Settle(IEnumerable<Listener> used, ILogger logger)
    {
        foreach (Listener listener in used.Where(each => _told.Contains(each.Descriptor)))
            StoreLog.Inherited(logger, $"{listener.LocalEndPoint}", listener.Descriptor);

        foreach (InheritedDescriptor left in Listeners.Left.Where(each => _told.Contains(each.Number)))
            StoreLog.UnusedInherited(logger, left.Number);

        Listeners.Dispose();
    }

    public void Dispose() => Listeners.Dispose();

    private static InheritedDescriptor Descriptor(string text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int number)
            ? new(number, false)
            : throw new FormatException($"{Variable} holds \"{text}\", which is no number");
}
