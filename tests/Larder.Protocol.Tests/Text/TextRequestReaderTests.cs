using Larder.Protocol.Text;
using Xunit;

namespace Larder.Protocol.Tests.Text;

public class TextRequestReaderTests
{
    private static readonly string s_key250 = new('k', 250);
    private static readonly string s_key251 = new('k', 251);

    [Theory]
    [InlineData("get a\r\n", "Get key=a")]
    [InlineData("get a b\tc  d \r\n", "Get key=a key=b\tc key=d")]
    [InlineData("get  a\r\n", "Get key=a")]
    [InlineData("get a \r\n", "Get key=a")]
    [InlineData("get a noreply\r\n", "Get key=a key=noreply")]
    [InlineData("get HTTP/1.1\r\n", "Get key=HTTP/1.1")]
    [InlineData("  get a\r\n", "Get key=a")]
    [InlineData("gets a\r\n", "Gets key=a")]
    [InlineData("gets  a b\n", "Gets key=a key=b")]
    [InlineData("gat 5 a\r\n", "Gat exp=5 key=a")]
    [InlineData("gat -5 a b\r\n", "Gat exp=-5 key=a key=b")]
    [InlineData("gats 0 a\r\n", "Gats exp=0 key=a")]
    public void Retrieval_line_is_read(string line, string expected) => AssertReads(line, expected);

    [Theory]
    [InlineData("set a 0 0 1\r\n", "Set key=a flags=0 exp=0 len=1 cas=0")]
    [InlineData("set a 5 60 10 noreply\r\n", "Set key=a flags=5 exp=60 len=10 cas=0 noreply")]
    [InlineData("set  a  5 60  10  noreply \n", "Set key=a flags=5 exp=60 len=10 cas=0 noreply")]
    [InlineData("set a 0 0 1 foo\r\n", "Set key=a flags=0 exp=0 len=1 cas=0")]
    [InlineData("set a 4294967297 -1 1\r\n", "Set key=a flags=1 exp=-1 len=1 cas=0")]
    [InlineData("set a 18446744073709551615 2147483648 1\r\n",
        "Set key=a flags=4294967295 exp=-2147483648 len=1 cas=0")]
    [InlineData("set a +1 \t2 3\tx\r\n", "Set key=a flags=1 exp=2 len=3 cas=0")]
    [InlineData("set a -0 0 2147483645\r\n", "Set key=a flags=0 exp=0 len=2147483645 cas=0")]
    [InlineData("set a\tb 0 0 1\r\n", "Set key=a\tb flags=0 exp=0 len=1 cas=0")]
    [InlineData("add a 1 2 3\r\n", "Add key=a flags=1 exp=2 len=3 cas=0")]
    [InlineData("replace a 1 2 3\r\n", "Replace key=a flags=1 exp=2 len=3 cas=0")]
    [InlineData("append a 1 2 3\r\n", "Append key=a flags=1 exp=2 len=3 cas=0")]
    [InlineData("prepend a 1 2 3 noreply\r\n", "Prepend key=a flags=1 exp=2 len=3 cas=0 noreply")]
    [InlineData("cas a 1 2 3 18446744073709551615\r\n", "Cas key=a flags=1 exp=2 len=3 cas=18446744073709551615")]
    [InlineData("cas a 1 2 3 4 noreply\r\n", "Cas key=a flags=1 exp=2 len=3 cas=4 noreply")]
    public void Storage_line_is_read(string line, string expected) => AssertReads(line, expected);

    [Theory]
    [InlineData("delete a\r\n", "Delete key=a")]
    [InlineData("delete a 0\r\n", "Delete key=a")]
    [InlineData("delete a 1 2 3\r\n", "Delete key=a")]
    [InlineData("delete a 0 noreply\r\n", "Delete key=a noreply")]
    [InlineData("delete a b c d\r\n", "Delete key=a")]
    [InlineData("delete a b c d e\r\n", "Delete error=BadLine skip=0")]
    [InlineData("incr a 1\r\n", "Incr key=a delta=1")]
    [InlineData("incr a +1 noreply\r\n", "Incr key=a delta=1 noreply")]
    [InlineData("decr a 18446744073709551615\r\n", "Decr key=a delta=18446744073709551615")]
    [InlineData("touch a 10\r\n", "Touch key=a exp=10")]
    [InlineData("touch a -1 noreply\r\n", "Touch key=a exp=-1 noreply")]
    public void Change_line_is_read(string line, string expected) => AssertReads(line, expected);

    [Theory]
    [InlineData("flush_all\r\n", "FlushAll exp=0")]
    [InlineData("flush_all 10\r\n", "FlushAll exp=10")]
    [InlineData("flush_all -1\r\n", "FlushAll exp=-1")]
    [InlineData("flush_all noreply\r\n", "FlushAll exp=0 noreply")]
    [InlineData("flush_all 10 noreply\r\n", "FlushAll exp=10 noreply")]
    [InlineData("version\r\n", "Version")]
    [InlineData("version a b\r\n", "Version")]
    [InlineData("quit\r\n", "Quit")]
    [InlineData("verbosity 7\r\n", "Verbosity level=7")]
    [InlineData("verbosity 1 noreply\r\n", "Verbosity level=1 noreply")]
    [InlineData("stats\r\n", "Stats")]
    [InlineData("stats  detail  on \r\n", "Stats [detail] [on]")]
    [InlineData("cache_memlimit 64\r\n", "CacheMemlimit [64]")]
    [InlineData("shutdown\r\n", "Shutdown")]
    [InlineData("shutdown graceful\r\n", "Shutdown [graceful]")]
    [InlineData("slabs reassign 1 2\r\n", "Slabs [reassign] [1] [2]")]
    [InlineData("lru mode flat\r\n", "Lru [mode] [flat]")]
    [InlineData("lru_crawler enable noreply\r\n", "LruCrawler [enable] [noreply] noreply")]
    [InlineData("watch fetchers\r\n", "Watch [fetchers]")]
    [InlineData("watch\r\n", "Watch")]
    [InlineData("refresh_certs\r\n", "RefreshCerts")]
    [InlineData("extstore item_size 512\r\n", "Extstore [item_size] [512]")]
    [InlineData("debugtime p\r\n", "DebugTime [p]")]
    public void Administrative_line_is_read(string line, string expected) => AssertReads(line, expected);

    [Theory]
    [InlineData("mg a v\r\n", TextCommand.MetaGet)]
    [InlineData("ms a 1\r\n", TextCommand.MetaSet)]
    [InlineData("md a\r\n", TextCommand.MetaDelete)]
    [InlineData("ma a\r\n", TextCommand.MetaArithmetic)]
    [InlineData("me a\r\n", TextCommand.MetaDebug)]
    [InlineData("mn\r\n", TextCommand.MetaNoop)]
    [InlineData("mn O1 whatever\r\n", TextCommand.MetaNoop)]
    [InlineData("  mg  a\r\n", TextCommand.MetaGet)]
    [InlineData("mg\r\n", TextCommand.MetaGet)]
    public void Meta_line_is_recognised(string line, TextCommand expected) => AssertReads(line, expected.ToString());

    [Theory]
    [InlineData(TextCommand.Get, "get ")]
    [InlineData(TextCommand.Delete, "delete ")]
    public void Key_of_250_bytes_is_allowed(TextCommand command, string start) =>
        AssertReads($"{start}{s_key250}\r\n", $"{command} key={s_key250}");

    [Fact]
    public void Control_characters_in_a_key_are_allowed() =>
        AssertReads("get \u0001\u007f\u0000\u00ff\r\n", "Get key=\u0001\u007f\u0000\u00ff");

    [Fact]
    public void Later_key_of_251_bytes_stops_the_keys_with_an_error() =>
        AssertReads($"get a b {s_key251} c\r\n", "Get key=a key=b keys=BadLine");

    [Fact]
    public void Multiget_is_not_bound_by_the_24_tokens()
    {
        string keys = string.Concat(Enumerable.Range(0, 100).Select(i => $" k{i}"));
        AssertReads($"get{keys}\r\n", "Get" + string.Concat(Enumerable.Range(0, 100).Select(i => $" key=k{i}")));
    }

    [Fact]
    public void Noreply_behind_24_tokens_is_not_seen()
    {
        AssertReads($"shutdown{Repeat(" x", 22)} noreply\r\n", "Shutdown" + Arguments(22) + " noreply");
        AssertReads($"shutdown{Repeat(" x", 23)} noreply\r\n", "Shutdown" + Arguments(23));

        static string Arguments(int count) => Repeat(" [x]", count) + " [noreply]";
    }

    [Fact]
    public void Every_name_finds_its_command()
    {
        foreach (TextCommand command in Enum.GetValues<TextCommand>())
            Assert.Equal(command, TextCommandNames.Find(TextCommandNames.Of(command)));
    }

    internal static string Repeat(string text, int count) => string.Concat(Enumerable.Repeat(text, count));

    private static void AssertReads(string line, string expected) =>
        Assert.Equal($"{line.Length}: {expected}", TextDescription.Read(Bytes.Of(line)));
}
