using Larder.Client.Routing;

namespace Larder.Monitoring;

/// <summary>A server of the monitor's list.</summary>
/// <param name="Address">Where it is, and its weight.</param>
/// <param name="Name">What clients hash instead of host and port; null for none.</param>
internal sealed record MonitoredServer(ServerAddress Address, string? Name)
{
    /// <summary>Reads <c>[NAME=]HOST[:PORT[:WEIGHT]]</c>.</summary>
    /// <param name="text">As typed.</param>
    /// <param name="server">The server.</param>
    /// <param name="error">One line; empty when the text is one.</param>
    /// <returns>Whether it is.</returns>
    public static bool TryParse(string text, out MonitoredServer? server, out string error)
    {
        int nameEnd = text.IndexOf('=', StringComparison.Ordinal);
        server = null;
        error = nameEnd == 0 ? $"'{text}' has an empty name" : "";
        if (nameEnd == 0)
            return false;
        try
        {
            server = new(ServerAddress.Parse(text[(nameEnd + 1)..]), nameEnd < 0 ? null : text[..nameEnd]);
            return true;
        }
        catch (Exception problem) when (problem is FormatException or ArgumentException)
        {
            error = $"'{text}' is not [NAME=]HOST[:PORT[:WEIGHT]]";
            return false;
        }
    }
}
