namespace Larder.Options;

/// <summary>An option as getopt_long(3) knows it.</summary>
/// <param name="Letter">The short form, <c>-m</c>.</param>
/// <param name="Long">The long form without its dashes, or null if there is none.</param>
/// <param name="TakesValue">Whether a value must follow.</param>
internal sealed record OptionName(char Letter, string? Long, bool TakesValue);
