using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Larder.ObjectStore;

/// <summary>Where to listen as cmogstored writes it, and IPv6 beside.</summary>
internal static class ListenText
{
    /// <summary>
    /// Reads <c>7500</c>, <c>:7500</c>, <c>10.0.0.5:7500</c> or <c>[::1]:7500</c>; the first two stand for all of this
    /// machine's IPv4 addresses. Names are not looked up. Null if it is none of them.
    /// </summary>
    public static IPEndPoint? Read(string text)
    {
        int colon = text.LastIndexOf(':');
        string host = colon < 0 ? "" : text[..colon];
        bool isPort = ushort.TryParse(
            text.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out ushort port);
        if (!isPort) return null;
        if (host.Length == 0) return new(IPAddress.Any, port);
        bool isV6 = host is ['[', .., ']'];
        if (!IPAddress.TryParse(isV6 ? host[1..^1] : host, out IPAddress? address)) return null;
        if (isV6) return address.AddressFamily == AddressFamily.InterNetworkV6 ? new(address, port) : null;
        bool isWhole = string.Equals(address.ToString(), host, StringComparison.Ordinal); // not 127.1, not 0x7f000001
        return isWhole && address.AddressFamily == AddressFamily.InterNetwork ? new(address, port) : null;
    }
}
