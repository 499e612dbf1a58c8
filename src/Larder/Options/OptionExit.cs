namespace Larder.Options;

/// <summary>A command line that ends the program: a mistake, or a wish such as -h.</summary>
/// <param name="Text">What to print, one line without its end unless it is a help.</param>
/// <param name="Code">The process's exit code.</param>
/// <param name="IsAnswer">Whether the text was asked for, and goes to the standard output.</param>
internal sealed record OptionExit(string Text, int Code, bool IsAnswer = false);
