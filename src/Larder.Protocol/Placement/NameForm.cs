namespace Larder.Protocol.Placement;

/// <summary>What a program hashes of a server that has no name of its own.</summary>
internal enum NameForm
{
    /// <summary><c>host:port</c>.</summary>
    HostAndPort,

    /// <summary><c>host</c> on port 11211, else <c>host:port</c>.</summary>
    HostAndOtherPort,

    /// <summary><c>/host:port</c>: Java's way to print an address, as libmemcached imitates it.</summary>
    SlashHostAndPort,

    /// <summary><c>host/host:port</c>.</summary>
    HostTwiceAndPort,

    /// <summary><c>host/host:11211</c>, whatever the port is.</summary>
    HostTwiceAndUsualPort,
}
