namespace Larder.Client;

/// <summary>What one server answered to a question that goes to all.</summary>
/// <param name="Server">The server, as host:port.</param>
/// <param name="Result">How it ended.</param>
/// <param name="Text">The answer: the version, or null.</param>
/// <param name="Statistics">Statistics in the order sent; empty for other questions.</param>
public sealed record ServerReply(
    string Server, CacheResult Result, string? Text, IReadOnlyList<KeyValuePair<string, string>> Statistics);
