namespace Larder.Bench.Pausing;

/// <summary>A command that changes the whole store while requests go on.</summary>
/// <param name="Request">The number of the request that it is sent with.</param>
/// <param name="Line">The command, without its line end.</param>
internal sealed record TimedOrder(int Request, string Line);
