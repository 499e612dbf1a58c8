using System.Globalization;
using System.Text;
using Larder.Verbs;

namespace Larder.ObjectStore;

/// <summary>What --help, --usage and --version print, in the form of GNU's argp, which cmogstored's have.</summary>
internal static class StoreHelp
{
    private const int MeaningColumn = 33;
    private const int LineWidth = 79;
    private const string UsageIndent = "            ";

    private static readonly (StoreOptionGroup Group, string Title)[] s_groups =
    [
        (StoreOptionGroup.Storing, " What is stored (also as lines of a config file):"),
        (StoreOptionGroup.Serving, " How it is served (also as lines of a config file):"),
        (StoreOptionGroup.Tls, " TLS (also as lines of a config file; HUP reads the files again):"),
        (StoreOptionGroup.Asking, ""),
    ];

    /// <summary>The name and the version: <c>cmogstored 0.1.0</c>.</summary>
    public static string Version(string name) => $"{name} {ProductVersion.Text}\n";

    /// <summary>All that is to be known.</summary>
    public static string Text(string name, bool isCmogstored)
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"Usage: {name} [OPTION...]\n");
        text.Append("An object store: files on many disks by HTTP, and what MogileFS trackers ask of them\n");
        string example = isCmogstored ? name : "larder objects";
        text.Append(
            CultureInfo.InvariantCulture,
            $"""

              mkdir -p /srv/files/dev1
              {example} --docroot=/srv/files --httplisten=127.0.0.1:7500
              curl -T photo.jpg http://127.0.0.1:7500/dev1/photo.jpg
              curl -O http://127.0.0.1:7500/dev1/photo.jpg


            """);
        AppendGroup(text, StoreOptionGroup.Common);
        foreach ((StoreOptionGroup group, string title) in s_groups)
        {
            text.Append('\n');
            if (title.Length > 0) text.Append(title).Append('\n');
            AppendGroup(text, group);
        }

        string where = isCmogstored ? "0.0.0.0" : "127.0.0.1";
        text.Append(
            CultureInfo.InvariantCulture,
            $"""

            Mandatory or optional arguments to long options are also mandatory or optional
            for any corresponding short options.

            Without any listener: HTTP on {where}:7500 and the side-channel on {where}:7501.
            TERM, INT, QUIT: stop when requests have ended; twice: at once. USR2: start a new
            version beside this one. TTIN, TTOU: one worker process more, one less.

            """);
        return text.ToString();
    }

    /// <summary>All options in their shortest form.</summary>
    public static string Usage(string name)
    {
        var shown = StoreOptionTable.All.Where(static each => each.Group != StoreOptionGroup.Hidden).ToList();
        string letters = string.Concat(shown.Where(static each => each.Letter != '\0').Select(static e => e.Letter));
        string line = $"Usage: {name} [-{letters}]";
        var text = new StringBuilder();
        foreach (string word in shown.Select(static each => $"[--{WithArgument(each)}]"))
        {
            if (line.Length + word.Length + 1 > LineWidth)
            {
                text.Append(line).Append('\n');
                line = UsageIndent + word;
                continue;
            }

            line += $" {word}";
        }

        return text.Append(line).Append('\n').ToString();
    }

    /// <summary>What stands behind a mistake.</summary>
    public static string Hint(string name) =>
        $"Try '{name} --help' or '{name} --usage' for more information.";

    private static void AppendGroup(StringBuilder text, StoreOptionGroup group)
    {
        foreach (StoreOption option in StoreOptionTable.All.Where(each => each.Group == group))
        {
            string letter = option.Letter == '\0' ? "      " : $"  -{option.Letter}, ";
            string start = $"{letter}--{WithArgument(option)}";
            if (start.Length >= MeaningColumn) text.Append(start).Append('\n').Append(' ', MeaningColumn);
            else text.Append(start.PadRight(MeaningColumn));
            AppendMeaning(text, option.Meaning);
        }
    }

    private static void AppendMeaning(StringBuilder text, string meaning)
    {
        int column = MeaningColumn;
        foreach (string word in meaning.Split(' '))
        {
            if (column > MeaningColumn && column + word.Length + 1 > LineWidth)
            {
                text.Append('\n').Append(' ', MeaningColumn);
                column = MeaningColumn;
            }

            if (column > MeaningColumn) text.Append(' ');
            text.Append(word);
            column += word.Length + 1;
        }

        text.Append('\n');
    }

    private static string WithArgument(StoreOption option) =>
        option.Argument is null ? option.Name : $"{option.Name}={option.Argument}";
}
