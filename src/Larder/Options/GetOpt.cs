namespace Larder.Options;

/// <summary>
/// getopt_long(3) as glibc has it, which is what memcached reads its command line with: bundled letters
/// (<c>-vvm64</c>), values that follow or stand apart (<c>-m64</c>, <c>-m 64</c>, <c>--memory-limit=64</c>,
/// <c>--memory-limit 64</c>), long names cut short as long as one alone begins so, operands anywhere between the
/// options, and <c>--</c> behind which all are operands.
/// </summary>
internal static class GetOpt
{
    /// <summary>The options in their order, up to the first mistake.</summary>
    /// <param name="args">The command line.</param>
    /// <param name="table">The options that there are.</param>
    /// <param name="refusesOperands">Whether words that are no options are a mistake, in argp's words; otherwise they
    /// are skipped, as memcached does.</param>
    public static IEnumerable<OptionMatch> Parse(
        IReadOnlyList<string> args, IReadOnlyList<OptionName> table, bool refusesOperands = false)
    {
        for (int i = 0; i < args.Count; i++)
        {
            string arg = args[i];
            bool isEnd = string.Equals(arg, "--", StringComparison.Ordinal);
            if (isEnd || arg.Length < 2 || arg[0] != '-')
            {
                bool hasOperand = !isEnd || i + 1 < args.Count;
                if (refusesOperands && hasOperand) yield return Wrong("Too many arguments");
                if (isEnd || refusesOperands) yield break;
                continue;
            }

            string? next = i + 1 < args.Count ? args[i + 1] : null;
            bool tookNext = false;
            IEnumerable<OptionMatch> matches = arg[1] == '-'
                ? [MatchLong(arg[2..], next, table, out tookNext)]
                : MatchLetters(arg[1..], next, table, out tookNext);
            foreach (OptionMatch match in matches)
            {
                yield return match;
                if (match.Error is not null) yield break;
            }

            if (tookNext) i++;
        }
    }

    private static OptionMatch MatchLong(
        string text, string? next, IReadOnlyList<OptionName> table, out bool tookNext)
    {
        tookNext = false;
        int equals = text.IndexOf('=', StringComparison.Ordinal);
        string name = equals < 0 ? text : text[..equals];
        List<OptionName> candidates = [];
        foreach (OptionName option in table)
        {
            if (option.Long is null || !option.Long.StartsWith(name, StringComparison.Ordinal)) continue;
            if (option.Long.Length == name.Length)
            {
                candidates = [option];
                break;
            }

            candidates.Add(option);
        }

        if (candidates.Count == 0) return Wrong($"unrecognized option '--{name}'");
        if (candidates.Count > 1)
        {
            string possibilities = string.Join(' ', candidates.Select(static each => $"'--{each.Long}'"));
            return Wrong($"option '--{name}' is ambiguous; possibilities: {possibilities}");
        }

        OptionName found = candidates[0];
        if (!found.TakesValue)
            return equals < 0 ? new(found, "", null) : Wrong($"option '--{found.Long}' doesn't allow an argument");

        if (equals >= 0) return new(found, text[(equals + 1)..], null);
        if (next is null) return Wrong($"option '--{found.Long}' requires an argument");
        tookNext = true;
        return new(found, next, null);
    }

    private static List<OptionMatch> MatchLetters(
        string letters, string? next, IReadOnlyList<OptionName> table, out bool tookNext)
    {
        tookNext = false;
        List<OptionMatch> matches = [];
        for (int i = 0; i < letters.Length; i++)
        {
            char letter = letters[i];
            OptionName? found = table.FirstOrDefault(option => option.Letter == letter);
            if (found is null)
            {
                matches.Add(Wrong($"invalid option -- '{letter}'"));
                return matches;
            }

            if (!found.TakesValue)
            {
                matches.Add(new(found, "", null));
                continue;
            }

            string rest = letters[(i + 1)..];
            tookNext = rest.Length == 0 && next is not null;
            matches.Add(rest.Length > 0 ? new(found, rest, null)
                : next is not null ? new(found, next, null)
                : Wrong($"option requires an argument -- '{letter}'"));
            return matches;
        }

        return matches;
    }

    private static OptionMatch Wrong(string error) => new(null, "", error);
}
