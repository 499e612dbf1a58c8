using System.CommandLine;
using System.Globalization;
using System.Text;
using Larder.Client;

namespace Larder.Asking;

/// <summary><c>larder mget KEY...</c>: a table of what is there, in one round trip to each server.</summary>
internal sealed class MultiGetCommand : AskCommand
{
    /// <summary>Characters of a value in the table.</summary>
    private const int ShownMax = 60;

    private readonly Argument<string[]> _keys = new("KEY")
    {
        Description = "The keys; a lone - reads them from standard input, one a line.",
        Arity = ArgumentArity.OneOrMore,
    };

    public MultiGetCommand()
        : base("mget", "Prints many items.") => Command.Add(_keys);

    /// <inheritdoc/>
    public override async Task<int> RunAsync(ParseResult parsed, CacheClient client, AskOutput output)
    {
        string[] names = parsed.GetRequiredValue(_keys);
        if (names is ["-"]) names = await ReadKeysAsync(output);
        CacheKey[] keys = Array.ConvertAll(names, static name => new CacheKey(name));
        CacheValue[] items = await client.TryGetManyAsync(keys);
        List<string[]> table = [["key", "bytes", "flags", "server", "value"]];
        int exit = AskExit.Done;
        for (int index = 0; index < items.Length; index++)
        {
            using CacheValue item = items[index];
            string name = names[index];
            CacheValue shown = item;
            if (output.IsJson) output.Json(writer => ItemJson.Write(writer, name, shown));
            else if (item.IsHit) table.Add(RowOf(name, in item));
            if (item.Result.IsError) output.Complain($"{name}: {item.Result}");
            exit = Math.Max(exit, item.IsHit ? AskExit.Done : item.Result.IsError ? AskExit.Unavailable : AskExit.Not);
        }
        if (!output.IsJson) output.Table(table);
        return exit;
    }

    private static async Task<string[]> ReadKeysAsync(AskOutput output)
    {
        using StreamReader reader = new(output.Input, leaveOpen: true);
        string text = await reader.ReadToEndAsync();
        return text.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
    }

    private static string[] RowOf(string name, in CacheValue item)
    {
        // Each byte is a character at least: no more than these can be shown.
        string text = Encoding.UTF8.GetString(item.Span[..Math.Min(item.Span.Length, ShownMax * 4)]);
        StringBuilder shown = new();
        foreach (char character in text.AsSpan(0, Math.Min(text.Length, ShownMax)))
            shown.Append(char.IsControl(character) ? '.' : character);
        if (text.Length > ShownMax) shown.Append('…');
        return
        [
            name,
            item.Span.Length.ToString(CultureInfo.InvariantCulture),
            item.Result.ClientFlags.ToString(CultureInfo.InvariantCulture),
            item.Result.Server ?? "",
            shown.ToString(),
        ];
    }
}
