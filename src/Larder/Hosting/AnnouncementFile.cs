using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Larder.Hosting;

/// <summary>
/// Small files that tell others about a running server. Each is written beside its place and then renamed, so that a
/// reader finds all of it or nothing.
/// </summary>
internal static class AnnouncementFile
{
    /// <summary>
    /// Tests and supervisors of memcached learn a server's ephemeral ports from the file that this names.
    /// </summary>
    public const string PortVariable = "MEMCACHED_PORT_FILENAME";

    /// <summary>
    /// The text of a port file: <c>TCP INET: 11211</c>, <c>UDP INET6: 11211</c>, a line for each listener.
    /// </summary>
    public static string PortText(IEnumerable<IPEndPoint> tcp, IEnumerable<IPEndPoint> udp)
    {
        var text = new StringBuilder();
        foreach (IPEndPoint endpoint in tcp) Append(text, "TCP", endpoint);
        foreach (IPEndPoint endpoint in udp) Append(text, "UDP", endpoint);
        return text.ToString();
    }

    private static void Append(StringBuilder text, string transport, IPEndPoint endpoint)
    {
        string family = endpoint.AddressFamily == AddressFamily.InterNetworkV6 ? "INET6" : "INET";
        text.Append(CultureInfo.InvariantCulture, $"{transport} {family}: {endpoint.Port}\n");
    }

    /// <summary>Writes a file.</summary>
    /// <param name="path">Where it will stand.</param>
    /// <param name="temporarySuffix">What memcached adds to the name while it writes: <c>.tmp</c> or
    /// <c>.lck</c>.</param>
    /// <param name="text">All of it.</param>
    /// <returns>Null, or why it could not be written.</returns>
    public static string? Write(string path, string temporarySuffix, string text)
    {
        try
        {
            File.WriteAllText(path + temporarySuffix, text);
            File.Move(path + temporarySuffix, path, overwrite: true);
            return null;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return exception.Message;
        }
    }
}
