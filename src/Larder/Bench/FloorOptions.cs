using System.Net;

namespace Larder.Bench;

/// <summary>What the floor server is started with.</summary>
/// <param name="Address">Where it listens.</param>
/// <param name="Port">TCP port; 0 for an ephemeral one.</param>
/// <param name="KeySize">Bytes of the key in a VALUE line.</param>
/// <param name="ReplyBytes">Bytes of the value in every hit.</param>
/// <param name="Threads">Front-end threads.</param>
internal sealed record FloorOptions(IPAddress Address, int Port, int KeySize, int ReplyBytes, int Threads);
