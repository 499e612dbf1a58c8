using System.Text;
using Larder.Events.Native;
using Larder.Objects.Devices;
using Larder.Objects.Tests.Support;

namespace Larder.Objects.Tests.Devices;

/// <summary>All files of a device in order, from anywhere on, with small and large batches.</summary>
public sealed class FolderWalkTests : IDisposable
{
    private readonly string _root = Directory.CreateTempSubdirectory("larder-objects-").FullName;
    private readonly DiskFaults _faults = new();
    private readonly Device _device;
    private readonly List<string> _files = [];

    public FolderWalkTests()
    {
        Directory.CreateDirectory(Path.Join(_root, "dev1"));
        foreach (string file in (string[])["a", "b/0", "b/1", "b/1.x/y", "b-c", "c/d/e/f", "c/d/g", "usage", "z.fid"])
        {
            string path = Path.Join(_root, "dev1", file);
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            File.WriteAllText(path, file);
            _files.Add(file);
        }
        foreach (string file in (string[])["lost+found/x", "lost+damaged/y"])
        {
            string path = Path.Join(_root, "dev1", file);
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            File.WriteAllText(path, file);
        }
        Directory.CreateDirectory(Path.Join(_root, "dev1/empty"));
        File.CreateSymbolicLink(Path.Join(_root, "dev1/link"), "a");
        Directory.CreateSymbolicLink(Path.Join(_root, "dev1/up"), "..");
        Assert.False(Device.Open(_root, 1, new DeviceOptions { Faults = _faults }, out Device? device).IsError);
        _device = device!;
    }

    public void Dispose()
    {
        _device.Dispose();
        Directory.Delete(_root, recursive: true);
    }

    private static List<string> Walk(FolderWalk walk)
    {
        var met = new List<string>();
        while (true)
        {
            switch (walk.Step(out byte[] path))
            {
                case WalkStep.File:
                    met.Add(Encoding.UTF8.GetString(path));
                    break;
                case WalkStep.End:
                    return met;
                default:
                    break;
            }
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(1000)]
    public void Every_file_is_met_once_whatever_the_batch(int batch)
    {
        var walk = new FolderWalk(_device, default, batch);
        Assert.Equal(_files.Order(StringComparer.Ordinal), Walk(walk).Order(StringComparer.Ordinal));
        Assert.Equal(0, walk.Failures);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(1000)]
    public void Walk_goes_on_behind_any_file(int batch)
    {
        List<string> all = Walk(new FolderWalk(_device, default, batch));
        for (int i = 0; i < all.Count; i++)
        {
            var rest = new FolderWalk(_device, Encoding.UTF8.GetBytes(all[i]), batch);
            Assert.Equal(all[(i + 1)..], Walk(rest));
        }
    }

    [Fact]
    public void Walk_goes_on_behind_a_file_whose_folder_is_gone()
    {
        List<string> all = Walk(new FolderWalk(_device, default));
        Directory.Delete(Path.Join(_root, "dev1/c"), recursive: true);
        var rest = new FolderWalk(_device, "c/d/e/f"u8);
        Assert.Equal(all.Where(file => string.CompareOrdinal(file, "c/e") > 0), Walk(rest));
        Assert.Equal(0, rest.Failures);
    }

    [Fact]
    public void Folder_that_cannot_be_read_is_counted_and_left()
    {
        _faults.Fail(1, DeviceOperation.Read, Errno.InputOutput);
        var walk = new FolderWalk(_device, default);
        Assert.Empty(Walk(walk));
        Assert.Equal(1, walk.Failures);
    }
}
