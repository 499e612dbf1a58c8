using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json;
using Larder.Asking;
using Larder.Cache.Serving;
using Larder.Tests.Launching;
using Xunit;

namespace Larder.Tests.Asking;

/// <summary>
/// Aim: each verb that asks does what its help says, for people and for scripts. Method: a server in this process, the
/// verbs with streams of the test's.
/// </summary>
public sealed class AskVerbTests : IDisposable
{
    private readonly CacheServer _server;
    private readonly string _address;

    public AskVerbTests()
    {
        CacheServerOptions options = new() { MemoryLimit = 64L << 20, Threads = 1 };
        options.TcpEndpoints.Clear();
        options.TcpEndpoints.Add(new IPEndPoint(IPAddress.Loopback, 0));
        _server = CacheServer.Start(options);
        _address = _server.Endpoints[0].ToString()!;
    }

    public void Dispose() => _server.Dispose();

    [Theory]
    [InlineData("meta")]
    [InlineData("text")]
    [InlineData("binary")]
    public void Values_are_stored_changed_and_deleted(string protocol)
    {
        string[] by = ["--protocol", protocol];
        Assert.Equal((1, "", "larder get: key: there is no such key\n"), Run("get", ["key", .. by]));
        Assert.Equal((0, "stored\n", ""), Run("set", ["key", "value", .. by]));
        Assert.Equal((0, "value", ""), Run("get", ["key", .. by]));
        Assert.Equal((0, "stored\n", ""), Run("set", ["key", "!", "--mode", "append", .. by]));
        Assert.Equal((0, "value!", ""), Run("get", ["key", "--touch", "60", .. by]));
        Assert.Equal((0, "touched\n", ""), Run("touch", ["key", "--ttl", "0", .. by]));
        Assert.Equal((0, "deleted\n", ""), Run("delete", ["key", .. by]));
        Assert.Equal((1, "", "larder delete: key: there is no such key\n"), Run("delete", ["key", .. by]));
        Assert.Equal((0, "5\n", ""), Run("incr", ["count", "--initial", "5", .. by]));
        Assert.Equal((0, "8\n", ""), Run("incr", ["count", "3", .. by]));
        Assert.Equal((0, "0\n", ""), Run("decr", ["count", "30", .. by]));
        Assert.Equal((1, "", "larder incr: none: there is no such key\n"), Run("incr", ["none", .. by]));
    }

    [Fact]
    public void Value_comes_from_standard_input_byte_by_byte()
    {
        byte[] value = [0, 255, 13, 10, 7];

        Assert.Equal((0, "stored\n", ""), Run("set", ["bytes"], value));
        (int exit, byte[] output, _) = RunRaw("get", ["bytes"], []);

        Assert.Equal(0, exit);
        Assert.Equal(value, output);
        Assert.Equal("AP8NCgc=", Json("get", "bytes", "--json").GetProperty("base64").GetString());
    }

    [Fact]
    public void Condition_that_is_not_met_is_told_apart()
    {
        Run("set", ["key", "one"]);
        ulong cas = Json("get", "key", "--json").GetProperty("cas").GetUInt64();
        string token = cas.ToString(CultureInfo.InvariantCulture);

        Assert.Equal((0, "stored\n", ""), Run("cas", ["key", token, "two"]));
        Assert.Equal(
            (1, "", "larder cas: key: not stored: it has another cas value by now\n"),
            Run("cas", ["key", token, "three"]));
        Assert.Equal(1, Run("set", ["key", "four", "--mode", "add"]).Exit);
        JsonElement refused = Json("set", "key", "four", "--mode", "add", "--json");
        Assert.Equal("not_stored", refused.GetProperty("status").GetString());
        Assert.Equal("two", Json("get", "key", "--json").GetProperty("value").GetString());
    }

    [Fact]
    public void Many_keys_are_a_table_or_lines_of_json()
    {
        Run("set", ["a", "first", "--flags", "7"]);
        Run("set", ["b", "two\nlines"]);

        (int exit, string table, string messages) = Run("mget", ["a", "b", "c"]);
        string[] lines = table.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal((1, ""), (exit, messages));
        Assert.Equal(3, lines.Length);
        Assert.Contains("first", lines[1], StringComparison.Ordinal);
        Assert.Contains("two.lines", lines[2], StringComparison.Ordinal);

        (_, string json, _) = Run("mget", ["-", "--json"], "a\nc\n"u8.ToArray());
        string[] items = json.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(7, JsonDocument.Parse(items[0]).RootElement.GetProperty("flags").GetInt32());
        Assert.Equal("miss", JsonDocument.Parse(items[1]).RootElement.GetProperty("status").GetString());
    }

    [Fact]
    public void Servers_are_asked_for_life_statistics_and_flushed()
    {
        Run("set", ["key", "value"]);

        Assert.StartsWith($"{_address}: version ", Run("ping", []).Output, StringComparison.Ordinal);
        Assert.Contains("curr_items", Run("stats", []).Output, StringComparison.Ordinal);
        Assert.Equal("1", Json("stats", "--json").GetProperty("stats").GetProperty("curr_items").GetString());
        Assert.Contains("maxbytes", Run("stats", ["settings"]).Output, StringComparison.Ordinal);
        Assert.Equal((0, $"{_address}: flushed\n", ""), Run("flush", []));
        Assert.Equal(1, Run("get", ["key"]).Exit);
    }

    [Fact]
    public void Server_that_is_down_is_named_and_the_others_are_shown()
    {
        (int exit, string output, string messages) = Run("ping", ["-s", "127.0.0.1:1"]);

        Assert.Equal(69, exit);
        Assert.StartsWith($"{_address}: version ", output, StringComparison.Ordinal);
        Assert.StartsWith("larder ping: 127.0.0.1:1: ", messages, StringComparison.Ordinal);
        (exit, _, messages) = RunAlone("get", ["key", "-s", "127.0.0.1:1"]);
        Assert.Equal(69, exit);
        Assert.StartsWith("larder get: 127.0.0.1:1: ", messages, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("get")]
    [InlineData("get", "two words")]
    [InlineData("get", "key", "--server", "a:b:c:d")]
    [InlineData("get", "key", "--server", ",")]
    [InlineData("get", "key", "--placement", "astrology")]
    [InlineData("get", "key", "--hash", "crc0")]
    [InlineData("get", "key", "--timeout", "0")]
    [InlineData("get", "key", "--user", "somebody")]
    [InlineData("get", "key", "--password-file", "/does/not/exist")]
    [InlineData("get", "key", "--tls-ca", "/does/not/exist")]
    [InlineData("get", "key", "--tls-cert", "/does/not/exist")]
    [InlineData("set", "key", "value", "--ttl", "-1")]
    [InlineData("touch", "key")]
    [InlineData("flush", "--delay", "-1")]
    public void Bad_command_line_is_one_line_and_exit_64(string verb, params string[] args)
    {
        (int exit, string output, string messages) = RunAlone(verb, args);

        Assert.Equal(64, exit);
        Assert.Equal("", output);
        Assert.StartsWith($"larder {verb}: ", messages, StringComparison.Ordinal);
        Assert.Single(messages.Split('\n', StringSplitOptions.RemoveEmptyEntries));
    }

    [Fact]
    public void Empty_password_file_is_refused()
    {
        using TemporaryFolder folder = new();
        string path = folder.Combine("password");
        File.WriteAllText(path, "");

        (int exit, _, string messages) = RunAlone("get", ["key", "--user", "a", "--password-file", path]);

        Assert.Equal((64, $"larder get: {path} is empty\n"), (exit, messages));
    }

    [Fact]
    public void Keys_that_memcached_does_not_take_are_hashed_if_asked()
    {
        Assert.Equal((0, "stored\n", ""), Run("set", ["two words", "value", "--hash-keys"]));
        Assert.Equal((0, "value", ""), Run("get", ["two words", "--hash-keys"]));
    }

    [Fact]
    public void Placement_may_be_any_of_the_page()
    {
        string[] by = ["--placement", "libmemcached-ketama", "--hash", "md5", "--prefix", "p:"];

        Assert.Equal((0, "stored\n", ""), Run("set", ["placed", "value", .. by]));
        Assert.Equal((0, "value", ""), Run("get", ["p:placed"]));
    }

    [Fact]
    public void Terminal_gets_a_line_end_behind_a_value()
    {
        Run("set", ["key", "value"]);
        using MemoryStream output = new();

        AskVerb.Run(
            "larder get", ["key", "-s", _address], Stream.Null, output, TextWriter.Null, isTerminal: true);

        Assert.Equal("value\n", Encoding.UTF8.GetString(output.ToArray()));
    }

    [Fact]
    public void Help_teaches_with_examples()
    {
        (int exit, string output, string messages) = RunAlone("set", ["--help"]);

        Assert.Equal((0, ""), (exit, messages));
        Assert.Contains("--ttl", output, StringComparison.Ordinal);
        Assert.Contains("LARDER_SERVERS", output, StringComparison.Ordinal);
        Assert.Contains("Exit codes:", output, StringComparison.Ordinal);
    }

    private static (int Exit, string Output, string Messages) RunAlone(string verb, string[] args, byte[]? input = null)
    {
        using MemoryStream from = new(input ?? []);
        using MemoryStream output = new();
        using StringWriter messages = new() { NewLine = "\n" };
        int exit = AskVerb.Run($"larder {verb}", args, from, output, messages, isTerminal: false);
        return (exit, Encoding.UTF8.GetString(output.ToArray()), messages.ToString());
    }

    private (int Exit, string Output, string Messages) Run(string verb, string[] args, byte[]? input = null) =>
        RunAlone(verb, [.. args, "-s", _address, "--timeout", "60000"], input);

    private (int Exit, byte[] Output, string Messages) RunRaw(string verb, string[] args, byte[] input)
    {
        using MemoryStream from = new(input);
        using MemoryStream output = new();
        using StringWriter messages = new();
        int exit = AskVerb.Run(
            $"larder {verb}", [.. args, "-s", _address], from, output, messages, isTerminal: false);
        return (exit, output.ToArray(), messages.ToString());
    }

    private JsonElement Json(string verb, params string[] args) =>
        JsonDocument.Parse(Run(verb, args).Output).RootElement;
}
