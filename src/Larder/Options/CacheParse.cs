namespace Larder.Options;

/// <summary>What a command line of the cache came to: exactly one of the two is there.</summary>
/// <param name="Settings">What to start.</param>
/// <param name="Exit">Why not to start.</param>
internal readonly record struct CacheParse(CacheSettings? Settings, OptionExit? Exit);
