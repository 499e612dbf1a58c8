using System.Buffers.Text;
using System.Globalization;
using System.Text;

namespace Larder.Client.Routing;

/// <summary>What an ElastiCache cluster says of itself.</summary>
/// <param name="Version">Grows with each change.</param>
/// <param name="Servers">The nodes.</param>
internal sealed record ClusterConfiguration(long Version, IReadOnlyList<ServerAddress> Servers)
{
    /// <summary>Reads the answer to <c>config get cluster</c>.</summary>
    /// <remarks>
    /// <c>CONFIG cluster flags bytes CRLF version LF host|address|port host|address|port LF CRLF END CRLF</c>
    /// (ElastiCache, "Adding auto discovery to your client library"). The address may be empty: then the host is
    /// looked up.
    /// </remarks>
    /// <param name="reply">What has come.</param>
    /// <param name="configuration">The configuration, or null while it is incomplete.</param>
    /// <exception cref="InvalidDataException">It is none.</exception>
    public static bool TryRead(ReadOnlySpan<byte> reply, out ClusterConfiguration? configuration)
    {
        configuration = null;
        int lineEnd = reply.IndexOf("\r\n"u8);
        if (lineEnd < 0) return false;
        ReadOnlySpan<byte> line = reply[..lineEnd];
        int lengthAt = line.LastIndexOf((byte)' ') + 1;
        if (!line.StartsWith("CONFIG cluster "u8)
            || !Utf8Parser.TryParse(line[lengthAt..], out int length, out int digits)
            || digits != line.Length - lengthAt || length < 0)
            throw new InvalidDataException($"no configuration: \"{Encoding.UTF8.GetString(line)}\"");
        ReadOnlySpan<byte> rest = reply[(lineEnd + 2)..];
        if (rest.Length < (long)length + 2) return false;
        configuration = Parse(Encoding.UTF8.GetString(rest[..length]));
        return true;
    }

    private static ClusterConfiguration Parse(string text)
    {
        string[] lines = text.Split('\n', StringSplitOptions.TrimEntries);
        bool isNumber = long.TryParse(lines[0], NumberStyles.None, CultureInfo.InvariantCulture, out long version);
        if (lines.Length < 2 || !isNumber)
            throw new InvalidDataException("a configuration without a version");
        List<ServerAddress> servers = [];
        foreach (string node in lines[1].Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            string[] parts = node.Split('|');
            if (parts.Length != 3 || parts[0].Length == 0
                || !int.TryParse(parts[2], NumberStyles.None, CultureInfo.InvariantCulture, out int port)
                || port is < 1 or > 65535)
                throw new InvalidDataException($"\"{node}\" is no node");
            servers.Add(new ServerAddress(parts[0], port));
        }
        return servers.Count > 0
            ? new(version, servers)
            : throw new InvalidDataException("a configuration without nodes");
    }
}
