namespace Larder.Client.ServerList;

/// <summary>A server of a shared list.</summary>
/// <param name="Host">A name or an address, up to 255 bytes of UTF-8.</param>
/// <param name="Port">1..65535.</param>
/// <param name="Weight">Its share of the keys, at least 1.</param>
/// <param name="State">What the monitor thinks of it.</param>
public sealed record ServerVerdict(string Host, int Port, int Weight, ServerState State)
{
    /// <summary>What is hashed instead of host and port, up to 255 bytes of UTF-8; null for none.</summary>
    public string? Name { get; init; }

    /// <summary>Since when it is so, to the millisecond.</summary>
    public DateTimeOffset Since { get; init; }

    /// <summary>How long its last answer took, to the microsecond; zero if there was none.</summary>
    public TimeSpan Latency { get; init; }
}
