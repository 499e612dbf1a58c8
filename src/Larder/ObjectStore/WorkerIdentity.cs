using System.Globalization;

namespace Larder.ObjectStore;

/// <summary>Which of its master's worker processes this one is.</summary>
/// <param name="Number">From 1 on.</param>
/// <param name="MasterId">The master's process id.</param>
internal sealed record WorkerIdentity(int Number, int MasterId)
{
    private const string Variable = "LARDER_WORKER";

    /// <summary>What the environment of this process says, which is removed from it; null: it is no worker.</summary>
    public static WorkerIdentity? FromEnvironment()
    {
        string[] parts = (Environment.GetEnvironmentVariable(Variable) ?? "").Split(' ');
        Environment.SetEnvironmentVariable(Variable, null);
        return parts.Length == 2 && TryNumber(parts[0], out int number) && TryNumber(parts[1], out int master)
            ? new(number, master)
            : null;
    }

    /// <summary>The variable that makes another process this worker.</summary>
    public KeyValuePair<string, string> ToVariable() =>
        new(Variable, string.Create(CultureInfo.InvariantCulture, $"{Number} {MasterId}"));

    private static bool TryNumber(string text, out int number) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number);
}
