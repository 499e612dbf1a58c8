using System.CommandLine;

namespace Larder.Bench;

/// <summary>An option with a reader of its own and a default that help shows the way it is typed.</summary>
internal sealed class BenchOption<T> : Option<T>
{
    private readonly T _fallback;

    /// <param name="name">With its dashes.</param>
    /// <param name="description">One sentence.</param>
    /// <param name="helpName">What stands for the value in help.</param>
    /// <param name="read">Reads the value.</param>
    /// <param name="fallback">The value when the option is not given, as it would be typed; must be readable.</param>
    public BenchOption(string name, string description, string helpName, OptionReader<T> read, string fallback)
        : base(name)
    {
        if (!read(fallback, out _fallback, out string error))
            throw new ArgumentException(error, nameof(fallback));
        Description = fallback.Length == 0 ? description : $"{description} [default: {fallback}]";
        HelpName = helpName;
        CustomParser = result =>
        {
            if (!read(result.Tokens[^1].Value, out T value, out string problem))
                result.AddError($"{name}: {problem}");
            return value;
        };
    }

    /// <summary>The value given on the command line, or the default.</summary>
    public T In(ParseResult result) => result.GetResult(this) is null ? _fallback : result.GetValue(this)!;
}
