using Larder.Client.ServerList;
using Xunit;

namespace Larder.Client.Tests.ServerList;

/// <summary>
/// Aim: no reader ever sees parts of two lists, or an older one after a newer one. Method: a thread publishes without
/// a pause lists all of whose servers carry the list's number, and several read as fast as they can; lists that grow
/// change their files, too.
/// </summary>
public sealed class ServerListRaceTests : IDisposable
{
    private const int ReaderCount = 3;
    private const int PublishCount = 4000;

    private readonly string _folder = Directory.CreateTempSubdirectory("larder-list-").FullName;
    private volatile bool _isOver;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData(20, 20)]
    [InlineData(400, 400)]
    [InlineData(1, 900)] // grows again and again
    public void Reader_beside_a_writer_sees_whole_lists_in_order(int countMin, int countMax)
    {
        string path = Path.Combine(_folder, "servers");
        using var writer = ServerListWriter.Create(
            path, TimeSpan.FromSeconds(60), ServerListCorpus.Numbered(1, countMin));
        List<string> faults = [];
        Thread[] readers = [.. Enumerable.Range(0, ReaderCount).Select(_ => new Thread(() => ReadAll(path, faults)))];
        foreach (Thread reader in readers) reader.Start();
        for (int i = 2; i <= PublishCount; i++)
        {
            int count = countMin + (int)((long)(countMax - countMin) * i / PublishCount);
            writer.Publish(ServerListCorpus.Numbered(i, count));
        }
        _isOver = true;
        foreach (Thread reader in readers) reader.Join();

        Assert.Empty(faults);
        using ServerListReader last = new(path);
        Assert.Equal(ServerListStatus.Fresh, last.Refresh());
        Assert.Equal(ServerListCorpus.Numbered(PublishCount, countMax), last.Current!.Servers);
    }

    private void ReadAll(string path, List<string> faults)
    {
        using ServerListReader reader = new(path);
        ulong seen = 0;
        while (!_isOver)
        {
            reader.Refresh();
            if (reader.Current is not { } list) continue;
            bool isWhole = list.Servers.All(server => (ulong)server.Weight == list.Generation);
            if (isWhole && list.Generation >= seen)
            {
                seen = list.Generation;
                continue;
            }
            lock (faults) faults.Add($"generation {list.Generation} after {seen}, whole: {isWhole}");
            return;
        }
    }
}
