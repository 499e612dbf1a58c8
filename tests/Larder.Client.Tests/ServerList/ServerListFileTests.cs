using Larder.Client.ServerList;
using Xunit;

namespace Larder.Client.Tests.ServerList;

/// <summary>Aim: what a monitor writes, readers read, whenever either of them comes, goes or dies.</summary>
public sealed class ServerListFileTests : IDisposable
{
    private static readonly TimeSpan s_period = TimeSpan.FromSeconds(1);

    private readonly string _folder = Directory.CreateTempSubdirectory("larder-list-").FullName;
    private long _nowMs = 1_000_000;

    private string ListPath => Path.Combine(_folder, "servers");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void List_that_is_published_is_read_whole()
    {
        using ServerListWriter writer = Write(ServerListCorpus.Mixed);
        using ServerListReader reader = Read();

        Assert.Equal(ServerListStatus.Fresh, reader.Refresh());
        Assert.Equal(ServerListCorpus.Mixed, reader.Current!.Servers);
        Assert.Equal(1UL, reader.Current.Generation);
    }

    [Fact]
    public void List_that_is_published_again_is_read_again()
    {
        using ServerListWriter writer = Write(ServerListCorpus.Numbered(1, 3));
        using ServerListReader reader = Read();
        for (int i = 2; i < 10; i++)
        {
            writer.Publish(ServerListCorpus.Numbered(i, 3));
            reader.Refresh();
            Assert.Equal(ServerListCorpus.Numbered(i, 3), reader.Current!.Servers);
        }
    }

    [Fact]
    public void List_that_has_not_changed_is_the_same_object()
    {
        using ServerListWriter writer = Write(ServerListCorpus.Mixed);
        using ServerListReader reader = Read();
        reader.Refresh();
        ServerListSnapshot? before = reader.Current;
        writer.Beat();
        reader.Refresh();

        Assert.Same(before, reader.Current);
    }

    [Fact]
    public void List_that_outgrows_its_file_moves_to_another()
    {
        using ServerListWriter writer = Write(ServerListCorpus.Numbered(1, 2));
        using ServerListReader reader = Read();
        reader.Refresh();
        foreach (int count in (int[])[500, 3000, 1])
        {
            writer.Publish(ServerListCorpus.Numbered(count, count));
            Assert.Equal(ServerListStatus.Fresh, reader.Refresh());
            Assert.Equal(ServerListCorpus.Numbered(count, count), reader.Current!.Servers);
        }
        Assert.Equal(4UL, reader.Current!.Generation);
    }

    [Fact]
    public void Empty_list_is_a_list()
    {
        using ServerListWriter writer = Write([]);
        using ServerListReader reader = Read();

        Assert.Equal(ServerListStatus.Fresh, reader.Refresh());
        Assert.Empty(reader.Current!.Servers);
    }

    [Fact]
    public void File_that_is_not_there_yet_is_missing_until_it_is()
    {
        using ServerListReader reader = Read();
        Assert.Equal(ServerListStatus.Missing, reader.Refresh());
        Assert.Null(reader.Current);
        using ServerListWriter writer = Write(ServerListCorpus.Mixed);

        Assert.Equal(ServerListStatus.Fresh, reader.Refresh());
    }

    [Fact]
    public void Monitor_that_is_silent_for_three_periods_is_dead()
    {
        using ServerListWriter writer = Write(ServerListCorpus.Mixed);
        using ServerListReader reader = Read();
        _nowMs += 3000;
        Assert.Equal(ServerListStatus.Fresh, reader.Refresh());
        _nowMs++;
        Assert.Equal(ServerListStatus.Stale, reader.Refresh());
        Assert.Equal(ServerListCorpus.Mixed, reader.Current!.Servers);
        writer.Beat();

        Assert.Equal(ServerListStatus.Fresh, reader.Refresh());
    }

    [Fact]
    public void Monitor_that_stops_leaves_a_stale_list()
    {
        using ServerListReader reader = Read();
        Write(ServerListCorpus.Mixed).Dispose();

        Assert.Equal(ServerListStatus.Stale, reader.Refresh());
        Assert.Equal(ServerListCorpus.Mixed, reader.Current!.Servers);
    }

    [Fact]
    public void Monitor_that_comes_after_another_is_found()
    {
        using ServerListReader reader = Read();
        Write(ServerListCorpus.Numbered(1, 2)).Dispose();
        reader.Refresh();
        using ServerListWriter second = Write(ServerListCorpus.Numbered(2, 2));

        Assert.Equal(ServerListStatus.Fresh, reader.Refresh());
        Assert.Equal(ServerListCorpus.Numbered(2, 2), reader.Current!.Servers);
    }

    /// <summary>
    /// Aim: a killed monitor leaves no mark, and the next one may die before it leaves one. Method: a copy takes the
    /// file's place before anybody marks it, so that the reader has nothing but the silence.
    /// </summary>
    [Fact]
    public void Monitor_that_comes_after_a_killed_one_is_found()
    {
        using ServerListReader reader = Read();
        ServerListWriter first = Write(ServerListCorpus.Numbered(1, 2));
        ReplaceByCopy();
        Assert.Equal(ServerListStatus.Fresh, reader.Refresh());
        first.Dispose();
        ReplaceByCopy();
        using ServerListWriter second = Write(ServerListCorpus.Numbered(2, 2));

        Assert.Equal(ServerListStatus.Fresh, reader.Refresh());
        Assert.Equal(ServerListCorpus.Numbered(1, 2), reader.Current!.Servers);
        _nowMs += 3001;
        second.Beat();
        Assert.Equal(ServerListStatus.Fresh, reader.Refresh());
        Assert.Equal(ServerListCorpus.Numbered(2, 2), reader.Current!.Servers);
    }

    [Fact]
    public void Epoch_grows_with_each_file_though_the_clock_was_set_back()
    {
        Write(ServerListCorpus.Mixed).Dispose();
        const long Future = 1L << 60;
        using (FileStream file = File.OpenWrite(ListPath))
        {
            file.Position = ServerListFormat.EpochAt;
            file.Write(BitConverter.GetBytes(Future));
        }
        using ServerListWriter second = Write(ServerListCorpus.Mixed);
        using ServerListReader reader = Read();
        reader.Refresh();

        Assert.Equal(Future + 1, reader.Current!.Epoch);
    }

    /// <summary>The years 2001 to 2286, of which no other unit gives a number in this range.</summary>
    [Fact]
    public void Epoch_is_counted_in_microseconds()
    {
        using ServerListWriter writer = Write(ServerListCorpus.Mixed);
        using ServerListReader reader = Read();
        reader.Refresh();

        Assert.InRange(reader.Current!.Epoch, 1_000_000_000_000_000, 10_000_000_000_000_000);
    }

    [Fact]
    public void List_whose_file_was_deleted_stays_with_its_reader()
    {
        using ServerListReader reader = Read();
        using (ServerListWriter writer = Write(ServerListCorpus.Mixed)) reader.Refresh();
        File.Delete(ListPath);

        Assert.Equal(ServerListStatus.Stale, reader.Refresh());
        Assert.Equal(ServerListCorpus.Mixed, reader.Current!.Servers);
    }

    [Fact]
    public void List_of_another_run_of_the_machine_is_stale()
    {
        Write(ServerListCorpus.Mixed).Dispose();
        using (FileStream file = File.OpenWrite(ListPath))
        {
            file.Position = ServerListFormat.FlagsAt;
            file.Write(new byte[4]);
            file.Position = ServerListFormat.BootIdAt;
            file.Write(Guid.NewGuid().ToByteArray());
        }
        using ServerListReader reader = Read();

        Assert.Equal(ServerListStatus.Stale, reader.Refresh());
    }

    [Fact]
    public void Second_writer_of_a_path_is_refused()
    {
        using ServerListWriter writer = Write(ServerListCorpus.Mixed);

        Assert.Throws<IOException>(() => Write(ServerListCorpus.Mixed));
    }

    [Fact]
    public void Folder_that_is_not_there_is_an_error_of_the_writer() =>
        Assert.ThrowsAny<IOException>(() => ServerListWriter.Create(
            Path.Combine(_folder, "no", "such"), s_period, ServerListCorpus.Mixed));

    public static TheoryData<ServerVerdict> Misfits =>
    [
        new ServerVerdict("", 11211, 1, ServerState.Up),
        new ServerVerdict(new string('h', 256), 11211, 1, ServerState.Up),
        new ServerVerdict("h", 11211, 1, ServerState.Up) { Name = new string('ж', 128) },
        new ServerVerdict("h", 0, 1, ServerState.Up),
        new ServerVerdict("h", 65536, 1, ServerState.Up),
        new ServerVerdict("h", 11211, 0, ServerState.Up),
        new ServerVerdict("h", 11211, 1, (ServerState)3),
    ];

    [Theory]
    [MemberData(nameof(Misfits))]
    public void Server_that_does_not_fit_its_fields_is_refused(ServerVerdict server)
    {
        Assert.Throws<ArgumentException>(() => Write([server]));
        using ServerListWriter writer = Write(ServerListCorpus.Mixed);
        Assert.Throws<ArgumentException>(() => writer.Publish([server]));
        using ServerListReader reader = Read();
        reader.Refresh();

        Assert.Equal(ServerListCorpus.Mixed, reader.Current!.Servers);
    }

    [Fact]
    public void Longest_texts_of_a_server_fit_their_fields()
    {
        ServerVerdict server = new(new string('h', 255), 11211, 1, ServerState.Up) { Name = new string('n', 255) };
        using ServerListWriter writer = Write([server with { Since = ServerListCorpus.Start }]);
        using ServerListReader reader = Read();
        reader.Refresh();

        Assert.Equal([server with { Since = ServerListCorpus.Start }], reader.Current!.Servers);
    }

    [Theory]
    [InlineData("")]
    [InlineData("LARDERSL")]
    [InlineData("something else that is long enough to be looked at")]
    public void File_that_is_no_list_is_missing(string text)
    {
        File.WriteAllText(ListPath, text);
        using ServerListReader reader = Read();

        Assert.Equal(ServerListStatus.Missing, reader.Refresh());
    }

    [Fact]
    public void File_that_was_cut_is_missing()
    {
        Write(ServerListCorpus.Mixed).Dispose();
        using (FileStream file = File.OpenWrite(ListPath)) file.SetLength(file.Length - 1);
        using ServerListReader reader = Read();

        Assert.Equal(ServerListStatus.Missing, reader.Refresh());
    }

    [Fact]
    public void Path_or_period_that_is_nothing_is_refused()
    {
        Assert.Throws<ArgumentException>(static () => new ServerListReader(""));
        Assert.Throws<ArgumentException>(() => ServerListWriter.Create("", s_period, []));
        Assert.Throws<ArgumentOutOfRangeException>(() => ServerListWriter.Create(ListPath, TimeSpan.Zero, []));
    }

    private ServerListWriter Write(IReadOnlyList<ServerVerdict> servers) =>
        ServerListWriter.Create(ListPath, s_period, servers, () => _nowMs);

    private void ReplaceByCopy()
    {
        string copy = Path.Combine(_folder, "copy");
        File.Copy(ListPath, copy);
        File.Move(copy, ListPath, overwrite: true);
    }

    private ServerListReader Read() => new(ListPath, () => _nowMs);
}
