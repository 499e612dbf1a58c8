using System.Text;
using Larder.Events.Native;
using Larder.Objects.Devices;
using Larder.Objects.Tests.Support;

namespace Larder.Objects.Tests.Devices;

/// <summary>Temporary files: whose they are, and that those of the dead are removed.</summary>
public sealed class TemporaryNamesTests
{
    /// <summary>The largest number of a process is 2^22 (proc(5), pid_max).</summary>
    private const int DeadProcess = 4_194_305;

    [Theory]
    [InlineData(".larder-4194305-0a1b2c3d-1.tmp", true)]
    [InlineData(".larder-4194305-.tmp", true)]
    [InlineData(".larder-4194305-0a1b2c3d-1.tm", false)]
    [InlineData(".larder-4194305.tmp", false)]
    [InlineData(".larder--1.tmp", false)]
    [InlineData(".larder-x-1.tmp", false)]
    [InlineData(".larder-99999999999999999999-1.tmp", false)]
    [InlineData(".larder-1-0a1b2c3d-1.tmp", false)] // runs
    [InlineData("larder-4194305-0a1b2c3d-1.tmp", false)]
    [InlineData("0000000001.fid", false)]
    public void Only_names_of_ended_processes_are_left_behind(string name, bool expected)
        => Assert.Equal(expected, TemporaryNames.IsLeftBehind(Encoding.ASCII.GetBytes(name), TemporaryNames.IsAlive));

    [Fact]
    public void Own_name_is_not_left_behind_but_that_of_a_predecessor_with_our_number_is()
    {
        Assert.False(TemporaryNames.IsLeftBehind(TemporaryNames.Next(), static _ => false));
        byte[] predecessor = Encoding.ASCII.GetBytes($".larder-{Environment.ProcessId}-zzzzzzzz-1.tmp");
        Assert.True(TemporaryNames.IsLeftBehind(predecessor, static _ => true));
    }

    [Fact]
    public void Files_of_the_dead_are_removed_at_the_start_and_no_others()
    {
        string root = Directory.CreateTempSubdirectory("larder-objects-").FullName; // removed by the store
        string[] dead =
        [
            $"dev1/.larder-{DeadProcess}-0a1b2c3d-1.tmp", $"dev1/0/000/.larder-{DeadProcess}-0a1b2c3d-2.tmp",
        ];
        string[] others =
        [
            "dev1/.larder-1-0a1b2c3d-1.tmp", "dev1/0/000/a.fid", $"dev1/0/000/.larder-{DeadProcess}.other",
        ];
        foreach (string file in dead.Concat(others))
        {
            Directory.CreateDirectory(Path.GetDirectoryName(Path.Join(root, file))!);
            File.WriteAllText(Path.Join(root, file), "x");
        }
        using var store = new TestStore(root: root);
        Until.True(() => !Array.Exists(dead, file => File.Exists(Path.Join(root, file))), "they are removed");
        Assert.Equal(others.Order(StringComparer.Ordinal), store.Files());
    }

    [Fact]
    public void Store_on_a_file_system_without_nameless_files_leaves_none_behind()
    {
        var faults = new DiskFaults();
        faults.Fail(1, DeviceOperation.CreateNameless, Errno.NotSupported);
        using var store = new TestStore(new DeviceOptions { Faults = faults });
        using RawClient client = store.Connect();
        Assert.Equal(201, client.Put("/dev1/a", "first"u8).Status);
        Assert.Equal(201, client.Put("/dev1/a", "second"u8).Status);
        Assert.Equal("second"u8, client.Get("/dev1/a").Body);
        Assert.Equal(["dev1/a"], store.Files());
        using (RawClient gone = store.Connect())
        {
            gone.Send("PUT /dev1/b HTTP/1.1\r\nExpect: 100-continue\r\nContent-Length: 10\r\n\r\n");
            Assert.Equal(100, gone.Read().Status);
            Assert.Equal(2, store.Files().Length);
        }
        Until.True(() => store.Files().Length == 1, "what the client left is removed");
    }

    [Fact]
    public void Store_on_a_file_system_without_attributes_keeps_objects_without_digests()
    {
        var faults = new DiskFaults();
        faults.Fail(1, DeviceOperation.Attribute, Errno.NotSupported);
        using var store = new TestStore(new DeviceOptions { Faults = faults });
        using RawClient client = store.Connect();
        Assert.Equal(201, client.Put("/dev1/a", "first"u8).Status);
        RawAnswer answer = client.Get("/dev1/a");
        Assert.Equal("first"u8, answer.Body);
        Assert.Null(answer.Header("Digest"));
        Assert.Equal(201, client.Put("/dev1/a", "FI"u8, "Content-Range: bytes 0-1/*\r\n").Status);
        Assert.Equal("FIrst"u8, client.Get("/dev1/a").Body);
    }

    [Fact]
    public void Files_and_folders_have_the_permissions_that_the_umask_leaves()
    {
        string umask = File.ReadLines("/proc/self/status")
            .First(line => line.StartsWith("Umask:", StringComparison.Ordinal));
        int mask = Convert.ToInt32(umask[6..].Trim(), 8);
        using var store = new TestStore();
        using RawClient client = store.Connect();
        Assert.Equal(201, client.Put("/dev1/sub/a", "x"u8).Status);
        Assert.Equal(201, client.Put("/dev1/sub/a", "y"u8).Status);
        Assert.Equal((UnixFileMode)(0x1B6 & ~mask), File.GetUnixFileMode(store.PathOf("dev1/sub/a")));
        Assert.Equal((UnixFileMode)(0x1FF & ~mask), File.GetUnixFileMode(store.PathOf("dev1/sub")));
    }
}
