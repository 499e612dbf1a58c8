using System.Net;

namespace Larder.Client.Pipelining;

/// <summary>A way to a server that is open.</summary>
/// <param name="Stream">Its bytes.</param>
/// <param name="Address">Where it leads; null for a UNIX socket.</param>
internal readonly record struct Link(Stream Stream, IPAddress? Address);
