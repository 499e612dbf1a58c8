namespace Larder.Protocol.Placement;

/// <summary>A point of a <see cref="HashRing"/>.</summary>
/// <param name="Position">Where it stands.</param>
/// <param name="Server">Whose it is.</param>
public readonly record struct RingPoint(uint Position, int Server);
