using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Larder.Bench;

/// <summary>One server under measurement.</summary>
/// <param name="Address">The address as it was given: HOST:PORT or unix:/path.</param>
/// <param name="Name">What tables call it.</param>
/// <param name="ProcessId">The server's process, or null to look for it.</param>
/// <param name="Idle">Idle connections to this target; null takes those of --idle.</param>
internal sealed record BenchTarget(string Address, string Name, int? ProcessId, int? Idle = null)
{
    private const string UnixPrefix = "unix:";

    private const int DefaultPort = 11211;

    /// <summary>
    /// Reads <c>HOST:PORT[,name=NAME][,pid=PID][,idle=N]</c> or <c>unix:/path[,...]</c>; an IPv6 address stands in
    /// brackets, the port may be left out (11211), and so may the host (127.0.0.1).
    /// </summary>
    /// <returns>The target, or null and one line in <paramref name="error"/>.</returns>
    public static BenchTarget? Parse(string text, out string error)
    {
        string[] parts = text.Split(',');
        string? name = null;
        int? processId = null;
        int? idle = null;
        error = "";
        foreach (string part in parts.AsSpan(1))
        {
            if (part.StartsWith("name=", StringComparison.Ordinal) && part.Length > 5)
                name = part[5..];
            else if (part.StartsWith("pid=", StringComparison.Ordinal) && TryParsePositive(part[4..], out int pid))
                processId = pid;
            else if (part.StartsWith("idle=", StringComparison.Ordinal) && TryParseNumber(part[5..], out int count))
                idle = count;
            else
                error = $"target '{text}': '{part}' is none of name=NAME, pid=PID, idle=N";
        }

        string address = parts[0].StartsWith(':') ? $"{IPAddress.Loopback}{parts[0]}" : parts[0];
        if (error.Length == 0 && !IsAddress(address))
            error = $"target '{text}' is neither HOST:PORT nor unix:/path";
        return error.Length == 0 ? new BenchTarget(address, name ?? address, processId, idle) : null;
    }

    /// <summary>Where to connect to; a name is resolved, IPv4 first.</summary>
    /// <exception cref="BenchException">The host name is unknown.</exception>
    public EndPoint Resolve()
    {
        if (Address.StartsWith(UnixPrefix, StringComparison.Ordinal))
            return new UnixDomainSocketEndPoint(Address[UnixPrefix.Length..]);
        if (IPEndPoint.TryParse(WithPort(Address), out IPEndPoint? literal))
            return literal;
        string[] hostAndPort = WithPort(Address).Split(':');
        return new IPEndPoint(AddressOf(hostAndPort[0]), int.Parse(hostAndPort[1], CultureInfo.InvariantCulture));
    }

    private IPAddress AddressOf(string host)
    {
        try
        {
            IPAddress[] found = Dns.GetHostAddresses(host);
            return Array.Find(found, a => a.AddressFamily == AddressFamily.InterNetwork) ?? found[0];
        }
        catch (SocketException e)
        {
            throw new BenchException($"{Address}: {e.Message}", e);
        }
    }

    private static bool IsAddress(string address)
    {
        if (address.StartsWith(UnixPrefix, StringComparison.Ordinal))
            return address.Length > UnixPrefix.Length;
        string full = WithPort(address);
        int colon = full.LastIndexOf(':');
        bool hasPort = colon > 0 && TryParsePositive(full[(colon + 1)..], out int port) && port <= IPEndPoint.MaxPort;
        return hasPort && (IPEndPoint.TryParse(full, out _) || full.IndexOf(':', StringComparison.Ordinal) == colon);
    }

    private static string WithPort(string address) =>
        address.EndsWith(']') || !address.Contains(':', StringComparison.Ordinal)
            ? $"{address}:{DefaultPort}"
            : address;

    private static bool TryParsePositive(string text, out int value) => TryParseNumber(text, out value) && value > 0;

    private static bool TryParseNumber(string text, out int value) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out value);
}
