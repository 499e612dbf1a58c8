using Larder.Verbs;
using Xunit;

namespace Larder.Tests.Verbs;

public sealed class VerbTests
{
    [Theory]
    [InlineData("cahce", "cache")]
    [InlineData("cach", "cache")]
    [InlineData("c", "cache")]
    [InlineData("verson", "version")]
    [InlineData("halp", "help")]
    [InlineData("objects", null)]
    public void Mistyped_verb_finds_the_one_that_was_meant(string word, string? expected) =>
        Assert.Equal(expected, Suggestion.Nearest(word, ["cache", "bench", "version", "help"]));

    [Theory]
    [InlineData("", "", 0)]
    [InlineData("abc", "abc", 0)]
    [InlineData("abc", "", 3)]
    [InlineData("kitten", "sitting", 3)]
    public void Distance_counts_inserted_removed_and_replaced_letters(string left, string right, int expected)
    {
        Assert.Equal(expected, Suggestion.Distance(left, right));
        Assert.Equal(expected, Suggestion.Distance(right, left));
    }

    [Theory]
    [InlineData("/usr/bin/memcached", "memcached")]
    [InlineData("./larder", "larder")]
    [InlineData("memcached", "memcached")]
    [InlineData("", "larder")]
    public void Called_name_is_the_last_part_of_the_path(string path, string expected) =>
        Assert.Equal(expected, CalledName.FromPath(path));

    [Fact]
    public void Overview_names_every_verb()
    {
        string text = HelpText.Overview(VerbTable.All);

        Assert.All(VerbTable.All, verb => Assert.Contains($"  {verb.Name} ", text, StringComparison.Ordinal));
    }
}
