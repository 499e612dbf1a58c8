using Larder.Events.Files;
using Larder.Objects.Usage;

namespace Larder.Objects.Tests.Usage;

/// <summary>What a folder lies on, by tables of the kernel that are made for the test.</summary>
public sealed class MountTableTests : IDisposable
{
    private const string Mounts = """
        1 0 254:1 / / rw,relatime - ext4 /dev/vda1 rw
        2 1 8:1 / /data rw shared:1 master:2 - ext4 /dev/sda1 rw
        3 1 8:1 /inner /bound rw - ext4 /dev/sda1 rw
        4 1 253:3 / /lvm rw - xfs /dev/mapper/vg-lv rw
        5 1 9:0 / /raid rw - ext4 /dev/md0 rw
        6 1 0:40 / /mem rw - tmpfs tmpfs rw
        7 1 0:50 / /tree rw - btrfs /dev/sdb2 rw
        8 1 8:33 / /with\040blank rw - ext4 /dev/disk\134x rw
        9 1 104:1 / /old rw - ext4 /dev/cciss/c0d0p1 rw
        10 1 8:49 / /twice rw - ext4 /dev/first rw
        11 1 8:49 / /twice rw - ext4 /dev/second rw
        broken line
        12 1 8:99 / /nodash rw a b c d e
        """;

    private readonly string _root = Directory.CreateTempSubdirectory("larder-mounts-").FullName;
    private readonly KernelFiles _files;

    public MountTableTests()
    {
        _files = new KernelFiles(_root);
        Write("proc/self/mountinfo", Mounts);
        AddBlock("8:1", "sda1", "pci/block/sda/sda1", isPartition: true);
        AddBlock("253:3", "dm-3", "virtual/block/dm-3", isPartition: false);
        AddBlock("9:0", "md0", "virtual/block/md0", isPartition: false);
        AddBlock("8:18", "sdb2", "pci/block/sdb/sdb2", isPartition: true);
        AddBlock("104:1", "cciss!c0d0p1", "pci/block/cciss!c0d0/cciss!c0d0p1", isPartition: true);
        Write("dev/sdb2", "");
    }

    [Theory]
    [InlineData("/data/dev1", 8, 1, "/dev/sda1", "sda1", "sda")]
    [InlineData("/bound/dev1", 8, 1, "/dev/sda1", "sda1", "sda")]
    [InlineData("/lvm/dev3", 253, 3, "/dev/mapper/vg-lv", "dm-3", "dm-3")]
    [InlineData("/raid", 9, 0, "/dev/md0", "md0", "md0")]
    [InlineData("/mem/dev4", 0, 40, "tmpfs", null, null)]
    [InlineData("/tree/dev5", 0, 51, "/dev/sdb2", "sdb2", "sdb")]
    [InlineData("/with blank/dev6", 8, 33, "/dev/disk\\x", null, null)]
    [InlineData("/old/dev7", 104, 1, "/dev/cciss/c0d0p1", "cciss/c0d0p1", "cciss/c0d0")]
    [InlineData("/twice", 8, 49, "/dev/second", null, null)]
    [InlineData("/database", 254, 1, "/dev/vda1", null, null)]
    public void Mount_of_a_folder_is_found(
        string path, uint major, uint minor, string source, string? block, string? disk)
        => Assert.Equal(new DeviceMount(source, block, disk), MountTable.Find(_files, path, Folder(major, minor)));

    [Fact]
    public void Mount_is_unknown_without_a_table()
    {
        Assert.Equal(DeviceMount.Unknown, MountTable.Find(new KernelFiles(_root + "/none"), "/", Folder(8, 1)));
        Write("proc/self/mountinfo", "");
        Assert.Equal("", MountTable.Find(_files, "/data", Folder(8, 2)).Source);
    }

    [Fact]
    public void Mount_of_this_machine_is_found()
        => Assert.NotEqual("", MountTable.Find(KernelFiles.Real, "/proc", Folder(0, 0)).Source);

    public void Dispose() => Directory.Delete(_root, recursive: true);

    private static FileStatus Folder(uint major, uint minor)
        => new(FileKind.Folder, 0, 2, ((ulong)major << 32) | minor, 0, 0, 0, 2);

    private void AddBlock(string numbers, string name, string folder, bool isPartition)
    {
        string target = Path.Join(_root, "sys/devices", folder);
        Directory.CreateDirectory(target);
        Directory.CreateDirectory(Path.Join(_root, "sys/dev/block"));
        Directory.CreateDirectory(Path.Join(_root, "sys/class/block"));
        Directory.CreateSymbolicLink(Path.Join(_root, "sys/dev/block", numbers), $"../../devices/{folder}");
        Directory.CreateSymbolicLink(Path.Join(_root, "sys/class/block", name), $"../../devices/{folder}");
        if (isPartition)
        {
            File.WriteAllText(Path.Join(target, "partition"), "1\n");
        }
    }

    private void Write(string path, string text)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Path.Join(_root, path))!);
        File.WriteAllText(Path.Join(_root, path), text);
    }
}
