namespace Larder.Options;

/// <summary>What getopt found: an option with its value, or what is wrong with the command line.</summary>
/// <param name="Option">The option; null if <paramref name="Error"/> tells why there is none.</param>
/// <param name="Value">The option's value; empty if it takes none.</param>
/// <param name="Error">getopt's words, without the program's name; null if all is well.</param>
internal readonly record struct OptionMatch(OptionName? Option, string Value, string? Error);
