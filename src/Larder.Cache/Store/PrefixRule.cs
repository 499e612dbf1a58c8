namespace Larder.Cache.Store;

/// <summary>All items of older epochs whose keys begin so are gone.</summary>
/// <param name="Prefix">1 to 250 bytes; nobody changes them.</param>
/// <param name="Epoch">The epoch that began with the rule.</param>
internal readonly record struct PrefixRule(byte[] Prefix, uint Epoch);
