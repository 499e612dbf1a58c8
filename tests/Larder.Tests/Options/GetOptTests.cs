using Larder.Options;
using Xunit;

namespace Larder.Tests.Options;

/// <summary>
/// Aim: command lines mean here what they mean to memcached. Method: lines in all of glibc's forms, rendered as
/// "letter=value" words; the words for mistakes are those that glibc prints.
/// </summary>
public sealed class GetOptTests
{
    private static readonly OptionName[] s_table =
    [
        new('v', "verbose", false),
        new('V', "version", false),
        new('m', "memory-limit", true),
        new('e', "memory-file", true),
        new('p', "port", true),
        new('P', "portable", false),
        new('D', null, true),
    ];

    [Theory]
    [InlineData("", "")]
    [InlineData("-m 64", "m=64")]
    [InlineData("-m64", "m=64")]
    [InlineData("--memory-limit 64", "m=64")]
    [InlineData("--memory-limit=64", "m=64")]
    [InlineData("--memory-limit=", "m=")]
    [InlineData("--memory-limit=a=b", "m=a=b")]
    [InlineData("--memory-l=64", "m=64")]
    [InlineData("--verb", "v=")]
    [InlineData("--port 1", "p=1")]
    [InlineData("--porta", "P=")]
    [InlineData("-vv", "v= v=")]
    [InlineData("-vvm64", "v= v= m=64")]
    [InlineData("-vm 64 -v", "v= m=64 v=")]
    [InlineData("-mv", "m=v")]
    [InlineData("-m -v", "m=-v")]
    [InlineData("-m -- -v", "m=-- v=")]
    [InlineData("-D :", "D=:")]
    [InlineData("one -v two", "v=")]
    [InlineData("- -v", "v=")]
    [InlineData("-v -- -m 64", "v=")]
    [InlineData("-Q", "!invalid option -- 'Q'")]
    [InlineData("-vQv", "v= !invalid option -- 'Q'")]
    [InlineData("-m", "!option requires an argument -- 'm'")]
    [InlineData("-vm", "v= !option requires an argument -- 'm'")]
    [InlineData("--port", "!option '--port' requires an argument")]
    [InlineData("--verbose=1", "!option '--verbose' doesn't allow an argument")]
    [InlineData("--nothing", "!unrecognized option '--nothing'")]
    [InlineData("--nothing=3", "!unrecognized option '--nothing'")]
    [InlineData("--memory=1", "!option '--memory' is ambiguous; possibilities: '--memory-limit' '--memory-file'")]
    [InlineData("--d", "!unrecognized option '--d'")]
    public void Command_line_in_any_form_gives_options_and_values(string line, string expected)
    {
        IEnumerable<string> words = GetOpt
            .Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries), s_table)
            .Select(static match => match.Error is null ? $"{match.Option!.Letter}={match.Value}" : $"!{match.Error}");

        Assert.Equal(expected, string.Join(' ', words));
    }

    [Theory]
    [InlineData("", "")]
    [InlineData("one", "one")]
    [InlineData("one,two=2", "one two:2")]
    [InlineData("one=", "one:")]
    [InlineData("one=1=2", "one:1=2")]
    [InlineData("one,", "one")]
    [InlineData(",one", "<> one")]
    [InlineData("one,,two", "one <> two")]
    [InlineData("one= two", "one:_two")]
    public void Suboptions_between_commas_are_split_as_getsubopt_does(string text, string expected)
    {
        IEnumerable<string> words = SubOption.Split(text).Select(static word =>
            word.Text.Length == 0 ? "<>"
            : word.Value is null ? word.Name
            : $"{word.Name}:{word.Value.Replace(' ', '_')}");

        Assert.Equal(expected, string.Join(' ', words));
    }

    [Theory]
    [InlineData("12", 10, true, 12, true)]
    [InlineData("  +12", 10, true, 12, true)]
    [InlineData("-1", 10, true, -1, true)]
    [InlineData("64m", 10, true, 64, false)]
    [InlineData("m64", 10, false, 0, false)]
    [InlineData("", 10, false, 0, false)]
    [InlineData("-", 10, false, 0, false)]
    [InlineData("770", 8, true, 504, true)]
    [InlineData("789", 8, true, 7, false)]
    [InlineData("99999999999999999999999", 10, true, long.MaxValue, true)]
    [InlineData("-99999999999999999999999", 10, true, -long.MaxValue, true)]
    public void Number_at_the_beginning_is_read_and_the_rest_is_noticed(
        string text, int numberBase, bool found, long value, bool isWhole) =>
        Assert.Equal(new LeadingNumber(found, value, isWhole), LeadingNumber.Read(text, numberBase));
}
