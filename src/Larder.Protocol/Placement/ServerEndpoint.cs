namespace Larder.Protocol.Placement;

/// <summary>One server of a list over which keys are spread.</summary>
/// <param name="Host">
/// A name or an address as the other clients of the same cluster write it: it is hashed as it is.
/// </param>
/// <param name="Port">1..65535.</param>
/// <param name="Weight">
/// Its share of the keys compared with the others', at least 1. What a kind of placement makes of weights stands with
/// <see cref="PlacementKind"/>.
/// </param>
/// <param name="Name">
/// What is hashed instead of host and port, or null: the node name of a twemproxy pool, a name that stays when the
/// address changes, or what Java prints for a resolved address (<c>cache1/10.0.0.1:11211</c>).
/// </param>
public sealed record ServerEndpoint(string Host, int Port = 11211, int Weight = 1, string? Name = null);
