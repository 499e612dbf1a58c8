using System.Text;

namespace Larder.Verbs;

/// <summary>What <c>larder</c> says when it is asked nothing in particular.</summary>
internal static class HelpText
{
    /// <summary>A first session and all verbs.</summary>
    public static string Overview(IReadOnlyList<Verb> verbs)
    {
        var text = new StringBuilder();
        text.Append(System.Globalization.CultureInfo.InvariantCulture, $"{CalledName.Default} {ProductVersion.Text}: ");
        text.Append(
            """
            a cache that memcached's clients talk to, an object store, and a client

            usage: larder VERB [OPTIONS]

            Verbs:

            """);
        foreach (Verb verb in verbs) text.Append("  ").Append(verb.Name.PadRight(10)).Append(verb.Summary).Append('\n');
        text.Append(
            """

            A first session:
              larder cache                              serves on 127.0.0.1 and ::1, port 11211, until Ctrl-C
              larder set greeting hello                 in a second terminal
              larder get greeting

            larder VERB --help teaches a verb. Called through a link named memcached, larder is memcached:
            the options of larder cache stand right behind the name. So it is with cmogstored, mogstored and
            larder objects.

            """);
        return text.ToString();
    }
}
