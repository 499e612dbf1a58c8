using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.RegularExpressions;
using Larder.Tests.Launching;
using Xunit;

namespace Larder.Tests.Hosting;

/// <summary>
/// Aim: a newcomer who types what README.md shows, sees what it shows. Method: its sessions are replayed.
/// </summary>
public sealed partial class ReadmeTests
{
    private static readonly string s_page = File.ReadAllText(Path.Combine(SourceTree.Root, "README.md"));

    [Fact]
    public async Task Session_with_printf_gives_the_answers_that_the_readme_shows()
    {
        Match session = PrintfSession().Match(s_page);
        Assert.True(session.Success, "README.md shows no session with printf");
        using CacheProcess cache = await CacheProcess.Start("-p -1");

        string answer = await Exchange(cache, Regex.Unescape(session.Groups["input"].Value));

        Assert.Equal(session.Groups["output"].Value, answer.ReplaceLineEndings("\n"));
    }

    [Fact]
    public async Task Session_by_hand_gives_the_answers_that_the_readme_shows()
    {
        Match session = TypedSession().Match(s_page);
        Assert.True(session.Success, "README.md shows no session by hand");
        string[] lines = session.Groups["lines"].Value.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        using CacheProcess cache = await CacheProcess.Start("-p -1");

        string typed = string.Concat(lines.Where(IsTyped).Select(static line => $"{line[2..]}\r\n"));
        string answer = await Exchange(cache, typed);

        string[] answers = answer.Split("\r\n", StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(lines.Where(static line => !IsTyped(line)), answers);
    }

    private static bool IsTyped(string line) => line.StartsWith("> ", StringComparison.Ordinal);

    /// <summary>Sends all of it, and reads until the server closes, as it does after quit.</summary>
    private static async Task<string> Exchange(CacheProcess cache, string text)
    {
        using var client = new TcpClient();
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        await client.ConnectAsync(IPEndPoint.Parse(cache.Endpoints[0]), deadline.Token);
        await client.GetStream().WriteAsync(Encoding.ASCII.GetBytes(text), deadline.Token);
        using var reader = new StreamReader(client.GetStream());
        return await reader.ReadToEndAsync(deadline.Token);
    }

    [GeneratedRegex(
        @"^\$ printf '(?<input>[^']+)' \| nc [^\n]*\n(?<output>.+?\n)```",
        RegexOptions.Multiline | RegexOptions.Singleline,
        matchTimeoutMilliseconds: 10_000)]
    private static partial Regex PrintfSession();

    [GeneratedRegex(
        @"^```text\n(?<lines>> .+?\n)```",
        RegexOptions.Multiline | RegexOptions.Singleline,
        matchTimeoutMilliseconds: 10_000)]
    private static partial Regex TypedSession();
}
