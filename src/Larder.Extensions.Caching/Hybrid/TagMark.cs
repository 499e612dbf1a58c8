namespace Larder.Extensions.Caching.Hybrid;

/// <summary>A tag, and the version that it had when an entry was made.</summary>
internal readonly record struct TagMark(string Tag, ulong Version);
