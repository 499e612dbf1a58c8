using System.Text;
using Larder.Events.Native;
using Larder.Objects.Devices;
using Larder.Objects.Serving;

namespace Larder.Objects.Tests.Serving;

/// <summary>
/// What is kept of files that are asked for again, on a device of its own. Files are made old enough for their bytes
/// to be kept by opening them until that is so.
/// </summary>
public sealed class HotFilesTests : IDisposable
{
    private const int Small = 4096;
    private const int Large = 100_000;

    private readonly string _root = Directory.CreateTempSubdirectory("larder-hot-").FullName;
    private readonly Device _device;

    public HotFilesTests()
    {
        Directory.CreateDirectory(Path.Join(_root, "dev1"));
        SysResult result = Device.Open(_root, 1, new DeviceOptions(), out Device? device);
        Assert.False(result.IsError);
        _device = device!;
    }

    [Fact]
    public void Small_file_is_kept_without_a_descriptor()
    {
        var files = new HotFiles(filesMax: 10, contentBytesMax: 1_000_000);
        Write("a", Small);
        WaitForContent(files, "a");
        Assert.Equal(0, OpenDescriptors("a"));
        HotFile again = Open(files, "a");
        Assert.Equal(Small, again.Content!.Length);
        again.Release();
    }

    [Fact]
    public void Small_file_is_kept_open_while_its_bytes_may_not_be_kept()
    {
        var files = new HotFiles(filesMax: 10, contentBytesMax: 0);
        Write("a", Small);
        HotFile file = Open(files, "a");
        file.Release();
        Assert.Null(file.Content);
        Assert.Equal(1, OpenDescriptors("a"));
        files.Forget(Key("a"));
        Assert.Equal(0, OpenDescriptors("a"));
    }

    [Fact]
    public void Contents_stay_below_their_bound()
    {
        var files = new HotFiles(filesMax: 10, contentBytesMax: 3 * (Small + 1000));
        for (int i = 0; i < 20; i++)
        {
            Write($"a{i}", Small);
            WaitForContent(files, $"a{i}");
            Assert.InRange(files.Count, 1, 4);
        }
    }

    [Fact]
    public void Descriptors_stay_below_their_bound_and_take_no_contents_away()
    {
        var files = new HotFiles(filesMax: 2, contentBytesMax: 1_000_000);
        Write("a", Small);
        WaitForContent(files, "a");
        for (int i = 0; i < 10; i++)
        {
            Write($"b{i}", Large);
            Open(files, $"b{i}").Release();
        }
        Assert.Equal(3, files.Count);
        Assert.Equal(2, OpenDescriptors("b"));
    }

    [Fact]
    public void File_that_is_used_outlives_those_that_are_not()
    {
        var files = new HotFiles(filesMax: 3, contentBytesMax: 0);
        Write("hot", Large);
        Open(files, "hot").Release();
        for (int i = 0; i < 20; i++)
        {
            Open(files, "hot").Release();
            Write($"b{i}", Large);
            Open(files, $"b{i}").Release();
        }
        Assert.Equal(1, OpenDescriptors("hot"));
    }

    [Fact]
    public void Names_that_went_do_not_pile_up_behind_the_hand()
    {
        var hand = new HotHand(new(PathComparer.Instance), max: 1_000_000, static _ => 1);
        for (int i = 0; i < 10_000; i++)
        {
            Write("a", 1);
            SysResult result = _device.OpenFile("a"u8, out var opened);
            Assert.False(result.IsError);
            _device.Status(opened!, out var status);
            var file = new HotFile(opened!, status, digest: null, content: [1]);
            hand.Added(Key("a"), file);
            hand.Removed(file);
            Assert.Null(hand.TakeExcess());
            Assert.InRange(hand.Length, 0, 65);
        }
    }

    public void Dispose()
    {
        _device.Dispose();
        Directory.Delete(_root, recursive: true);
    }

    private static byte[] Key(string name) => Encoding.ASCII.GetBytes($"/dev1/{name}");

    private void Write(string name, int length) => File.WriteAllBytes(Path.Join(_root, "dev1", name), new byte[length]);

    private HotFile Open(HotFiles files, string name)
    {
        SysResult result = files.Open(_device, Key(name), Encoding.ASCII.GetBytes(name), out HotFile? file);
        Assert.False(result.IsError, $"{name}: {result}");
        return file!;
    }

    private void WaitForContent(HotFiles files, string name)
    {
        long endMs = Environment.TickCount64 + 20_000;
        byte[]? content = null;
        while (content == null)
        {
            Assert.True(Environment.TickCount64 < endMs, $"the bytes of {name} are never kept");
            HotFile file = Open(files, name);
            content = file.Content;
            file.Release();
        }
    }

    /// <summary>Descriptors of this process on files whose names begin so.</summary>
    private int OpenDescriptors(string name)
    {
        string path = Path.Join(_root, "dev1", name);
        return new DirectoryInfo("/proc/self/fd").EnumerateFileSystemInfos()
            .Count(link => link.LinkTarget?.StartsWith(path, StringComparison.Ordinal) == true);
    }
}
