using System.Net;
using Larder.Hosting;
using Larder.Tests.Launching;
using Microsoft.Extensions.Logging;
using Xunit;

namespace Larder.Tests.Hosting;

public sealed class HostingTests
{
    [Theory]
    [InlineData("nobody", 65534u, 65533u)]
    [InlineData("cache", 71u, 72u)]
    [InlineData("cach", null, null)]
    [InlineData("broken", null, null)]
    public void User_in_a_password_file_is_found_by_its_whole_name(string name, uint? user, uint? group)
    {
        string[] lines =
        [
            "root:x:0:0:root:/root:/bin/bash", "broken:x:y:z", "cache:x:71:72::/:/bin/false",
            "nobody:x:65534:65533:nobody:/nonexistent:/usr/sbin/nologin",
        ];

        UserAccount? account = UserAccount.Find(name, lines);

        Assert.Equal(user, account?.UserId);
        Assert.Equal(group, account?.GroupId);
    }

    [Fact]
    public void Port_file_has_a_line_for_each_listener() =>
        Assert.Equal(
            "TCP INET: 11211\nTCP INET6: 5\nUDP INET: 7\n",
            AnnouncementFile.PortText(
                [new(IPAddress.Loopback, 11211), new(IPAddress.IPv6Loopback, 5)], [new(IPAddress.Loopback, 7)]));

    [Fact]
    public void Announcement_file_replaces_an_older_one_and_leaves_nothing_beside_it()
    {
        using var folder = new TemporaryFolder();

        Assert.Null(AnnouncementFile.Write(folder.Combine("pid"), ".tmp", "1\n"));
        Assert.Null(AnnouncementFile.Write(folder.Combine("pid"), ".tmp", "2\n"));

        Assert.Equal("2\n", File.ReadAllText(folder.Combine("pid")));
        Assert.Equal([folder.Combine("pid")], Directory.GetFiles(folder.Path));
    }

    [Fact]
    public void Announcement_file_in_a_missing_folder_gives_the_reason()
    {
        using var folder = new TemporaryFolder();

        Assert.NotNull(AnnouncementFile.Write(folder.Combine("no/pid"), ".tmp", "1\n"));
    }

    [Theory]
    [InlineData(0, LogLevel.Warning)]
    [InlineData(1, LogLevel.Information)]
    [InlineData(2, LogLevel.Debug)]
    [InlineData(3, LogLevel.Trace)]
    [InlineData(9, LogLevel.Trace)]
    public void Verbosity_shows_one_level_more_for_each_v(int verbosity, LogLevel least)
    {
        var logger = new StderrLogger("test", StderrLogger.LevelOf(verbosity));

        Assert.True(logger.IsEnabled(least));
        Assert.False(least > LogLevel.Trace && logger.IsEnabled(least - 1));
        Assert.False(logger.IsEnabled(LogLevel.None));
    }
}
