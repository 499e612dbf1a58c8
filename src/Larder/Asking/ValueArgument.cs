using System.CommandLine;
using System.Text;

namespace Larder.Asking;

/// <summary>A value on the command line, or from standard input.</summary>
internal sealed class ValueArgument
{
    /// <summary>The argument.</summary>
    public Argument<string?> Argument { get; } = new("VALUE")
    {
        Description = "The value; without it, or as -, standard input to its end.",
        Arity = ArgumentArity.ZeroOrOne,
    };

    /// <summary>The bytes.</summary>
    /// <exception cref="AskException">Nobody could type it.</exception>
    public async Task<byte[]> ReadAsync(ParseResult parsed, AskOutput output)
    {
        string? text = parsed.GetValue(Argument);
        if (text is not null and not "-") return Encoding.UTF8.GetBytes(text);
        using MemoryStream value = new();
        await output.Input.CopyToAsync(value);
        return value.ToArray();
    }
}
