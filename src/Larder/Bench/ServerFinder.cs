using System.Buffers.Binary;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Larder.Bench;

/// <summary>
/// Finds the processes of this machine that listen on an address: the listening socket's inode from /proc/net, then
/// the processes that hold a descriptor of it (proc(5)). Descriptors of other users' processes need privileges.
/// </summary>
internal static class ServerFinder
{
    /// <summary>State of a listening socket in /proc/net/tcp (TCP_LISTEN).</summary>
    private const string Listening = "0A";

    /// <summary>The processes that listen on <paramref name="endPoint"/>; empty when there is none here.</summary>
    public static int[] Find(EndPoint endPoint)
    {
        HashSet<string> links = endPoint switch
        {
            IPEndPoint ip => ListenersOf(ip),
            UnixDomainSocketEndPoint unix => ListenersOf(unix.ToString()!),
            _ => [],
        };
        return links.Count == 0 ? [] : [.. HoldersOf(links).Order()];
    }

    private static HashSet<string> ListenersOf(IPEndPoint endPoint)
    {
        HashSet<string> links = [];
        foreach (string table in (ReadOnlySpan<string>)["/proc/net/tcp", "/proc/net/tcp6"])
        {
            foreach (string line in ReadTable(table))
            {
                string[] words = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
                if (words.Length > 9 && words[3] == Listening && Covers(words[1], endPoint))
                    links.Add($"socket:[{words[9]}]");
            }
        }

        return links;
    }

    /// <summary>
    /// Whether a local address of the table, words of 32 bits in host order and the port in hexadecimal, is the
    /// wanted one or a wildcard on its port.
    /// </summary>
    private static bool Covers(string local, IPEndPoint wanted)
    {
        string[] parts = local.Split(':');
        if (int.Parse(parts[1], NumberStyles.HexNumber, CultureInfo.InvariantCulture) != wanted.Port)
            return false;
        byte[] bytes = Convert.FromHexString(parts[0]);
        for (int i = 0; i < bytes.Length; i += 4)
        {
            Span<byte> word = bytes.AsSpan(i, 4);
            uint host = BinaryPrimitives.ReadUInt32BigEndian(word);
            BitConverter.TryWriteBytes(word, host);
        }

        var address = new IPAddress(bytes);
        return address.Equals(wanted.Address)
            || address.Equals(IPAddress.Any)
            || address.Equals(IPAddress.IPv6Any)
            || (address.IsIPv4MappedToIPv6 && address.MapToIPv4().Equals(wanted.Address));
    }

    private static HashSet<string> ListenersOf(string path)
    {
        HashSet<string> links = [];
        foreach (string line in ReadTable("/proc/net/unix"))
        {
            string[] words = line.Split(' ', 8, StringSplitOptions.RemoveEmptyEntries);
            if (words.Length == 8 && words[7] == path)
                links.Add($"socket:[{words[6]}]");
        }

        return links;
    }

    private static HashSet<int> HoldersOf(HashSet<string> links)
    {
        HashSet<int> found = [];
        foreach (string directory in Directory.EnumerateDirectories("/proc"))
        {
            if (int.TryParse(Path.GetFileName(directory), CultureInfo.InvariantCulture, out int process)
                && Holds(directory, links))
                found.Add(process);
        }

        return found;
    }

    /// <summary>A process that ends while it is looked at does not hold the socket.</summary>
    private static bool Holds(string process, HashSet<string> links)
    {
        try
        {
            foreach (string descriptor in Directory.EnumerateFiles(Path.Combine(process, "fd")))
            {
                if (new FileInfo(descriptor).LinkTarget is string target && links.Contains(target))
                    return true;
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }

        return false;
    }

    private static IEnumerable<string> ReadTable(string path) => File.Exists(path) ? File.ReadLines(path).Skip(1) : [];
}
