using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Larder.Events.Native;

/// <summary>Translates between struct sockaddr_in, sockaddr_in6, sockaddr_un and <see cref="EndPoint"/>.</summary>
internal static class SocketAddressBytes
{
    /// <summary>sizeof(struct sockaddr_storage): no address is longer.</summary>
    public const int SizeMax = 128;

    /// <summary>sun_path holds 108 bytes with its NUL (unix(7)).</summary>
    public const int UnixPathMax = 107;

    /// <summary>Writes the address and returns its length; throws for a UNIX path that is too long.</summary>
    public static int Write(EndPoint endPoint, Span<byte> into)
    {
        into[..SizeMax].Clear();
        switch (endPoint)
        {
            case IPEndPoint { AddressFamily: AddressFamily.InterNetwork } v4:
                BitConverter.TryWriteBytes(into, (ushort)Libc.AF_INET);
                BinaryPrimitives.WriteUInt16BigEndian(into[2..], (ushort)v4.Port);
                v4.Address.TryWriteBytes(into[4..], out _);
                return 16;
            case IPEndPoint v6:
                BitConverter.TryWriteBytes(into, (ushort)Libc.AF_INET6);
                BinaryPrimitives.WriteUInt16BigEndian(into[2..], (ushort)v6.Port);
                v6.Address.TryWriteBytes(into[8..], out _);
                BitConverter.TryWriteBytes(into[24..], (uint)v6.Address.ScopeId);
                return 28;
            case UnixDomainSocketEndPoint unix:
                byte[] path = Encoding.UTF8.GetBytes(unix.ToString()!);
                if (path.Length > UnixPathMax)
                {
                    throw new ArgumentException($"socket path longer than {UnixPathMax} bytes: {unix}");
                }
                BitConverter.TryWriteBytes(into, (ushort)Libc.AF_UNIX);
                path.CopyTo(into[2..]);
                return 2 + path.Length + 1;
            default:
                throw new ArgumentException($"no socket address for {endPoint}");
        }
    }

    /// <summary>Reads an address as the kernel returned it; null for a family that Larder does not use.</summary>
    public static EndPoint? Read(ReadOnlySpan<byte> from)
    {
        if (from.Length < 2)
        {
            return null;
        }
        switch (BitConverter.ToUInt16(from))
        {
            case Libc.AF_INET when from.Length >= 8:
                return new IPEndPoint(new IPAddress(from.Slice(4, 4)), BinaryPrimitives.ReadUInt16BigEndian(from[2..]));
            case Libc.AF_INET6 when from.Length >= 28:
                var address = new IPAddress(from.Slice(8, 16), BitConverter.ToUInt32(from[24..]));
                return new IPEndPoint(address, BinaryPrimitives.ReadUInt16BigEndian(from[2..]));
            case Libc.AF_UNIX:
                ReadOnlySpan<byte> path = from[2..];
                int end = path.IndexOf((byte)0);
                string text = Encoding.UTF8.GetString(end < 0 ? path : path[..end]);
                return text.Length == 0 ? null : new UnixDomainSocketEndPoint(text);
            default:
                return null;
        }
    }

    /// <summary>The port of an address as the kernel returned it; it has the same place in both families.</summary>
    public static int Port(ReadOnlySpan<byte> from)
        => from.Length < 4 ? 0 : BinaryPrimitives.ReadUInt16BigEndian(from[2..]);

    /// <summary>The address in memcached's notation: tcp:1.2.3.4:5, udp6:[::1]:5, unix:/path.</summary>
    public static string Format(EndPoint? endPoint, bool isDatagram = false) => endPoint switch
    {
        IPEndPoint { AddressFamily: AddressFamily.InterNetwork } v4 => $"{(isDatagram ? "udp" : "tcp")}:{v4}",
        IPEndPoint v6 => $"{(isDatagram ? "udp" : "tcp")}6:{v6}",
        UnixDomainSocketEndPoint unix => $"unix:{unix}",
        _ => "unix:",
    };
}
