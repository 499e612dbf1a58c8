namespace Larder.Bench;

/// <summary>A request that waits for its reply.</summary>
/// <param name="Start">When it was sent, or was due in an open loop; in ticks of <c>Stopwatch</c>.</param>
/// <param name="Key">Number of its key; the first of a multiget.</param>
/// <param name="Kind">What it asks for.</param>
internal readonly record struct PendingRequest(long Start, uint Key, RequestKind Kind);
