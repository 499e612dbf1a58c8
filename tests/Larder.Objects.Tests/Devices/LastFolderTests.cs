using Larder.Objects.Devices;
using Larder.Objects.Tests.Support;

namespace Larder.Objects.Tests.Devices;

/// <summary>The folder that stays open between two PUTs, and what others do to it meanwhile.</summary>
public sealed class LastFolderTests
{
    [Fact]
    public void Folder_that_was_moved_away_is_made_again_and_gets_nothing_more()
    {
        using var store = new TestStore();
        using RawClient client = store.Connect();
        Assert.Equal(201, client.Put("/dev1/a/b/1", "x"u8).Status);
        Directory.Move(store.PathOf("dev1/a"), store.PathOf("dev1/moved"));
        Assert.Equal(201, client.Put("/dev1/a/b/2", "x"u8).Status);
        Assert.Equal(201, client.Put("/dev1/a/b/3", "x"u8).Status);
        Assert.Equal(["dev1/a/b/2", "dev1/a/b/3", "dev1/moved/b/1"], store.Files());
    }

    [Fact]
    public void Folder_that_was_removed_is_made_again()
    {
        using var store = new TestStore();
        using RawClient client = store.Connect();
        Assert.Equal(201, client.Put("/dev1/a/b/1", "x"u8).Status);
        Directory.Delete(store.PathOf("dev1/a"), recursive: true);
        Assert.Equal(201, client.Put("/dev1/a/b/1", "y"u8).Status);
        Assert.Equal("y"u8, client.Get("/dev1/a/b/1").Body);
    }

    [Fact]
    public void Link_out_of_the_device_in_its_place_is_refused()
    {
        using var store = new TestStore();
        using RawClient client = store.Connect();
        Assert.Equal(201, client.Put("/dev1/a/1", "x"u8).Status);
        Directory.Delete(store.PathOf("dev1/a"), recursive: true);
        Directory.CreateSymbolicLink(store.PathOf("dev1/a"), store.PathOf("dev2"));
        Assert.Equal(403, client.Put("/dev1/a/2", "x"u8).Status);
        Assert.Empty(store.Files());
    }

    [Fact]
    public void Same_folder_by_another_path_is_stored_into_all_the_same()
    {
        using var store = new TestStore();
        using RawClient client = store.Connect();
        Directory.CreateDirectory(store.PathOf("dev1/a"));
        Directory.CreateSymbolicLink(store.PathOf("dev1/b"), "a");
        Assert.Equal(201, client.Put("/dev1/a/1", "x"u8).Status);
        Assert.Equal(201, client.Put("/dev1/b/2", "x"u8).Status);
        Assert.Equal(201, client.Put("/dev1/a/3", "x"u8).Status);
        Assert.Equal(["1", "2", "3"], Directory.GetFiles(store.PathOf("dev1/a")).Select(Path.GetFileName).Order());
    }

    [Fact]
    public void Nothing_stays_open_of_a_device_that_has_gone()
    {
        using var store = new TestStore(new DeviceOptions { CarePeriodMs = 5 });
        using RawClient client = store.Connect();
        Assert.Equal(201, client.Put("/dev1/a/1", "x"u8).Status);
        string place = store.PathOf("dev1");
        Assert.NotEmpty(OpenBelow(place));
        Directory.Move(place, store.PathOf("gone"));
        Until.True(() => OpenBelow(store.PathOf("gone")).Count == 0, "all is closed");
    }

    private static List<string> OpenBelow(string folder)
    {
        var found = new List<string>();
        foreach (string entry in Directory.GetFileSystemEntries("/proc/self/fd"))
        {
            if (new FileInfo(entry).LinkTarget is { } target && target.StartsWith(folder, StringComparison.Ordinal))
            {
                found.Add(target);
            }
        }
        return found;
    }
}
