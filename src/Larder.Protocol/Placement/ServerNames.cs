using System.Globalization;

namespace Larder.Protocol.Placement;

/// <summary>Checks a list of servers, and gives each the name that is hashed.</summary>
internal static class ServerNames
{
    private const int UsualPort = 11211;
    private const int PortMax = 65535;

    /// <summary>Checks a list of servers.</summary>
    /// <param name="servers">The list.</param>
    /// <param name="rules">What the kind of placement hashes and allows.</param>
    /// <returns>The name of each, all different.</returns>
    /// <exception cref="ArgumentException">The list is not one; the message says why.</exception>
    public static string[] Of(ReadOnlySpan<ServerEndpoint> servers, KindRules rules)
    {
        if (servers.IsEmpty)
            throw Wrong("no servers");
        string[] names = new string[servers.Length];
        HashSet<string> seen = new(StringComparer.Ordinal);
        HashSet<(string, int)> addresses = [];
        for (int i = 0; i < names.Length; i++)
        {
            ServerEndpoint server = servers[i] ?? throw Wrong($"server {i} is null");
            Check(server, rules);
            names[i] = server.Name ?? Of(server, rules.Name);
            if (!addresses.Add((server.Host, server.Port)))
                throw Wrong($"server {server.Host}:{server.Port} is in the list twice");
            if (!seen.Add(names[i]))
                throw Wrong($"two servers have the name '{names[i]}' by which keys are placed");
        }
        return names;
    }

    /// <summary>The name of a server that has none of its own.</summary>
    /// <param name="server">The server.</param>
    /// <param name="form">The program's way to write it.</param>
    /// <returns>The name.</returns>
    public static string Of(ServerEndpoint server, NameForm form)
    {
        string port = server.Port.ToString(CultureInfo.InvariantCulture);
        return form switch
        {
            NameForm.HostAndOtherPort when server.Port == UsualPort => server.Host,
            NameForm.SlashHostAndPort => $"/{server.Host}:{port}",
            NameForm.HostTwiceAndPort => $"{server.Host}/{server.Host}:{port}",
            NameForm.HostTwiceAndUsualPort => $"{server.Host}/{server.Host}:{UsualPort}",
            _ => $"{server.Host}:{port}",
        };
    }

    private static void Check(ServerEndpoint server, KindRules rules)
    {
        if (string.IsNullOrWhiteSpace(server.Host))
            throw Wrong("a server without a host");
        if (server.Name is "")
            throw Wrong($"server {server.Host}:{server.Port} has an empty name; null means none");
        if (server.Port is < 1 or > PortMax)
            throw Wrong($"server {server.Host} has port {server.Port}; ports are 1..{PortMax}");
        if (server.Weight < 1)
            throw Wrong($"server {server.Host}:{server.Port} has weight {server.Weight}; the smallest is 1");
        if (server.Weight != 1 && rules.Weights == WeightRule.Refused)
            throw Wrong($"server {server.Host}:{server.Port} has weight {server.Weight}; this kind has no weights");
    }

    private static ArgumentException Wrong(string message) => new(message);
}
