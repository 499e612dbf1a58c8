namespace Larder.Client.ServerList;

/// <summary>A shared list as it was at one time. Immutable.</summary>
/// <param name="Epoch">Tells files of one path apart: microseconds since 1970 when this one was made, or more.</param>
/// <param name="Generation">Counts the lists of one file.</param>
/// <param name="Servers">The servers, in the monitor's order.</param>
public sealed record ServerListSnapshot(long Epoch, ulong Generation, IReadOnlyList<ServerVerdict> Servers);
