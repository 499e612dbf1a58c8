using System.Net;
using System.Net.Sockets;

namespace Larder.Events.Wire;

/// <summary>Where to listen.</summary>
public abstract record ListenAddress
{
    private ListenAddress()
    {
    }

    internal abstract EndPoint EndPoint { get; }

    internal virtual bool TakesDatagrams => false;

    /// <summary>A TCP port of a local address, v4 or v6; port 0 lets the kernel choose.</summary>
    public sealed record Tcp(IPAddress Address, int Port) : ListenAddress
    {
        internal override EndPoint EndPoint => new IPEndPoint(Address, Port);

        /// <inheritdoc/>
        public override string ToString() => new IPEndPoint(Address, Port).ToString();
    }

    /// <summary>A UDP port of a local address, v4 or v6; port 0 lets the kernel choose.</summary>
    public sealed record Udp(IPAddress Address, int Port) : ListenAddress
    {
        internal override EndPoint EndPoint => new IPEndPoint(Address, Port);

        internal override bool TakesDatagrams => true;

        /// <inheritdoc/>
        public override string ToString() => new IPEndPoint(Address, Port).ToString();
    }

    /// <summary>A UNIX stream socket at a path of at most 107 bytes.</summary>
    public sealed record Unix(string Path) : ListenAddress
    {
        internal override EndPoint EndPoint => new UnixDomainSocketEndPoint(Path);

        /// <inheritdoc/>
        public override string ToString() => Path;
    }
}
