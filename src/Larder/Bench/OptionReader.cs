namespace Larder.Bench;

/// <summary>Reads the value of an option.</summary>
/// <param name="text">As typed.</param>
/// <param name="value">What it means; the type's default on error.</param>
/// <param name="error">One line without the option's name; empty when the value is good.</param>
/// <returns>Whether the text has a meaning.</returns>
internal delegate bool OptionReader<T>(string text, out T value, out string error);
