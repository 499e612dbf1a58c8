using System.Text;
using Larder.Events.Files;
using Larder.Events.Native;
using Larder.Events.Tests.Support;

namespace Larder.Events.Tests.Files;

/// <summary>Files and folders through the kernel: what is opened, what is refused, what is left behind.</summary>
public sealed class FolderHandleTests : IDisposable
{
    private readonly ScratchFolder _scratch = new();
    private readonly FolderHandle _folder;

    public FolderHandleTests()
    {
        Assert.False(FolderHandle.Open(_scratch.Path, out FolderHandle? folder).IsError);
        _folder = folder!;
    }

    public void Dispose()
    {
        _folder.Dispose();
        _scratch.Dispose();
    }

    private static byte[] Bytes(string text) => Encoding.UTF8.GetBytes(text);

    [Fact]
    public void Folder_that_is_not_there_is_an_error()
    {
        SysResult result = FolderHandle.Open(_scratch.Path + "/none", out FolderHandle? folder);
        Assert.Equal(Errno.NoEntry, result.Errno);
        Assert.Null(folder);
    }

    [Fact]
    public void File_is_read_and_its_status_told()
    {
        File.WriteAllText(Path.Join(_scratch.Path, "a"), "hello");
        File.SetLastWriteTimeUtc(Path.Join(_scratch.Path, "a"), DateTime.UnixEpoch.AddSeconds(1_700_000_000));
        Assert.False(_folder.OpenFile("a"u8, false, out OpenedFile? file).IsError);
        using (file)
        {
            Assert.False(file!.Status(out FileStatus status).IsError);
            Assert.Equal((FileKind.Regular, 5L, 1_700_000_000L, 1u),
                (status.Kind, status.Size, status.ModifiedSeconds, status.Links));
            Assert.False(_folder.Status("a"u8, out FileStatus byPath).IsError);
            Assert.True(status.IsSameAs(byPath));
            byte[] room = new byte[10];
            Assert.Equal(3, file.Read(room, 2).Value);
            Assert.Equal("llo"u8, room.AsSpan(0, 3));
        }
    }

    [Fact]
    public void Changed_file_is_not_the_same()
    {
        string path = Path.Join(_scratch.Path, "a");
        File.WriteAllText(path, "hello");
        Assert.False(_folder.Status("a"u8, out FileStatus before).IsError);
        File.WriteAllText(path + "2", "world");
        File.Move(path + "2", path, overwrite: true);
        Assert.False(_folder.Status("a"u8, out FileStatus after).IsError);
        Assert.False(before.IsSameAs(after));
    }

    [Theory]
    [InlineData("../outside")]
    [InlineData("out")]
    [InlineData("in/../../outside")]
    [InlineData("absolute")]
    public void Path_that_leads_out_is_refused(string path)
    {
        string outside = _scratch.Path + "-outside";
        File.WriteAllText(outside, "secret");
        try
        {
            Directory.CreateDirectory(Path.Join(_scratch.Path, "in"));
            File.CreateSymbolicLink(Path.Join(_scratch.Path, "out"), "../" + Path.GetFileName(outside));
            File.CreateSymbolicLink(Path.Join(_scratch.Path, "absolute"), outside);
            SysResult result = _folder.OpenFile(Bytes(path), false, out OpenedFile? file);
            Assert.True(result.IsError);
            Assert.Equal(Errno.CrossDevice, result.Errno);
            Assert.Null(file);
        }
        finally
        {
            File.Delete(outside);
        }
    }

    [Fact]
    public void Link_that_leads_out_is_followed_if_allowed()
    {
        string outside = _scratch.Path + "-allowed";
        File.WriteAllText(outside, "shared");
        try
        {
            File.CreateSymbolicLink(Path.Join(_scratch.Path, "out"), outside);
            Assert.False(_folder.OpenFile("out"u8, true, out OpenedFile? file).IsError);
            file!.Dispose();
        }
        finally
        {
            File.Delete(outside);
        }
    }

    [Fact]
    public void Link_within_the_folder_is_followed()
    {
        File.WriteAllText(Path.Join(_scratch.Path, "a"), "hello");
        File.CreateSymbolicLink(Path.Join(_scratch.Path, "b"), "a");
        Assert.False(_folder.OpenFile("b"u8, false, out OpenedFile? file).IsError);
        file!.Dispose();
        Assert.False(_folder.StatusOfEntry("b"u8, out FileStatus link).IsError);
        Assert.Equal(FileKind.Link, link.Kind);
    }

    [Fact]
    public void Nameless_file_appears_when_it_is_linked()
    {
        Assert.False(_folder.CreateNameless(0x1B6, out OpenedFile? file).IsError);
        using (file)
        {
            Assert.False(file!.Write("content"u8, 0).IsError);
            Assert.Empty(Directory.GetFileSystemEntries(_scratch.Path));
            Assert.False(_folder.Link(file, "name"u8).IsError);
            Assert.Equal(Errno.Exists, _folder.Link(file, "name"u8).Errno);
        }
        Assert.Equal("content", File.ReadAllText(Path.Join(_scratch.Path, "name")));
    }

    [Fact]
    public void Nameless_file_that_nobody_links_is_gone()
    {
        Assert.False(_folder.CreateNameless(0x1B6, out OpenedFile? file).IsError);
        file!.Dispose();
        Assert.Empty(Directory.GetFileSystemEntries(_scratch.Path));
    }

    [Fact]
    public void Names_are_made_moved_and_removed()
    {
        Assert.False(_folder.MakeFolder("sub"u8, 0x1FF).IsError);
        Assert.Equal(Errno.Exists, _folder.MakeFolder("sub"u8, 0x1FF).Errno);
        Assert.False(_folder.CreateFile("a"u8, 0x1B6, out OpenedFile? a).IsError);
        a!.Dispose();
        Assert.Equal(Errno.Exists, _folder.CreateFile("a"u8, 0x1B6, out _).Errno);
        Assert.False(_folder.Rename("a"u8, "b"u8).IsError);
        Assert.False(_folder.OpenFolder("sub"u8, out FolderHandle? sub).IsError);
        using (sub)
        {
            Assert.False(_folder.MoveTo("b"u8, sub!, "c"u8).IsError);
            Assert.False(_folder.CreateFile("b"u8, 0x1B6, out OpenedFile? b).IsError);
            b!.Dispose();
            Assert.Equal(Errno.Exists, _folder.MoveTo("b"u8, sub!, "c"u8).Errno);
            Assert.False(sub!.Remove("c"u8).IsError);
        }
        Assert.True(_folder.Remove("sub"u8).Errno is Errno.IsFolder or Errno.NotPermitted);
        Assert.Equal(Errno.NoEntry, _folder.Remove("none"u8).Errno);
        Assert.False(_folder.OpenOrCreate("b"u8, 0x1B6, out OpenedFile? again).IsError);
        again!.Dispose();
    }

    [Fact]
    public void Path_that_is_too_long_or_has_a_zero_byte_is_refused()
    {
        byte[] path = Enumerable.Repeat((byte)'a', FolderHandle.PathBytesMax + 1).ToArray();
        Assert.Equal(Errno.NameTooLong, _folder.OpenFile(path, false, out _).Errno);
        Assert.Equal(Errno.NameTooLong, _folder.Status(path, out _).Errno);
        Assert.Equal(Errno.NameTooLong, _folder.CreateFile(path, 0, out _).Errno);
        Assert.Equal(Errno.NameTooLong, _folder.Remove(path).Errno);
        Assert.Equal(Errno.NameTooLong, _folder.MakeFolder(path, 0).Errno);
        Assert.Equal(Errno.NameTooLong, _folder.Rename("a"u8, path).Errno);
        Assert.Equal(Errno.NameTooLong, _folder.OpenFile("a\0b"u8, false, out _).Errno);
        Assert.False(_folder.CreateNameless(0x1B6, out OpenedFile? file).IsError);
        using (file)
        {
            Assert.Equal(Errno.NameTooLong, _folder.Link(file!, path).Errno);
        }
    }

    [Fact]
    public void Attribute_is_kept_read_and_removed()
    {
        Assert.False(_folder.CreateNameless(0x1B6, out OpenedFile? file).IsError);
        using (file)
        {
            SysResult kept = file!.SetAttribute("user.larder.test\0"u8, "value"u8);
            Assert.SkipWhen(kept.IsError && kept.Errno == Errno.NotSupported, "the file system keeps no attributes");
            Assert.False(kept.IsError);
            byte[] room = new byte[16];
            Assert.Equal(5, file.GetAttribute("user.larder.test\0"u8, room).Value);
            Assert.Equal("value"u8, room.AsSpan(0, 5));
            Assert.Equal(Errno.OutOfRange, file.GetAttribute("user.larder.test\0"u8, room.AsSpan(0, 2)).Errno);
            Assert.False(file.RemoveAttribute("user.larder.test\0"u8).IsError);
            Assert.Equal(Errno.NoData, file.GetAttribute("user.larder.test\0"u8, room).Errno);
            Assert.Equal(Errno.NoData, file.RemoveAttribute("user.larder.test\0"u8).Errno);
        }
    }

    [Fact]
    public void Room_is_told_and_reserved()
    {
        Assert.False(_folder.Space(out SpaceStatus space).IsError);
        Assert.True(space.Total >= space.Free && space.Free >= space.Available && space.Available > 0);
        var drive = new DriveInfo(_scratch.Path);
        Assert.Equal(drive.TotalSize, space.Total);
        Assert.False(_folder.CreateNameless(0x1B6, out OpenedFile? file).IsError);
        using (file)
        {
            SysResult reserved = file!.Allocate(1024 * 1024);
            Assert.SkipWhen(
                reserved.IsError && reserved.Errno == Errno.NotSupported, "the file system reserves nothing");
            Assert.False(file.Status(out FileStatus status).IsError);
            Assert.Equal(0, status.Size);
            Assert.True(status.Blocks * 512 >= 1024 * 1024);
            Assert.False(file.SetSize(10).IsError);
            Assert.False(file.SyncData().IsError);
        }
        Assert.False(_folder.SyncFileSystem().IsError);
        Assert.False(_folder.OpenFolderToSync(default, out FolderHandle? same).IsError);
        using (same)
        {
            Assert.False(same!.Sync().IsError);
        }
    }

    [Fact]
    public void Time_before_1970_is_a_second_of_its_own()
    {
        string path = _scratch.File("old", [1]);
        File.SetLastWriteTimeUtc(path, DateTime.UnixEpoch.AddMilliseconds(-1_500));
        Assert.False(_folder.Status("old"u8, out FileStatus status).IsError);
        Assert.Equal(-2, status.ModifiedSeconds);
    }

    [Fact]
    public void Entries_are_listed_once_each_whatever_the_buffer_holds()
    {
        var expected = new List<string>();
        for (int i = 0; i < 300; i++)
        {
            string name = new string('n', 1 + (i % 200)) + i;
            File.WriteAllText(Path.Join(_scratch.Path, name), "");
            expected.Add($"{name} Regular");
        }
        Directory.CreateDirectory(Path.Join(_scratch.Path, "sub"));
        File.CreateSymbolicLink(Path.Join(_scratch.Path, "link"), "nowhere");
        expected.AddRange(["sub Folder", "link Link"]);
        foreach (int size in (int[])[FolderEntries.BytesMin, 4096, 65536])
        {
            Assert.False(_folder.OpenFolderToSync(default, out FolderHandle? listed).IsError);
            using (listed)
            {
                Assert.Equal(expected.Order(StringComparer.Ordinal), List(listed!, size).Order(StringComparer.Ordinal));
            }
        }
    }

    [Fact]
    public void Folder_that_was_opened_for_paths_only_cannot_be_listed()
    {
        Assert.False(_folder.OpenFolder(default, out FolderHandle? folder).IsError);
        using (folder)
        {
            Assert.Equal(Errno.BadDescriptor, folder!.List(new byte[FolderEntries.BytesMin]).Errno);
        }
    }

    private static List<string> List(FolderHandle folder, int size)
    {
        var names = new List<string>();
        byte[] buffer = new byte[size];
        while (true)
        {
            SysResult result = folder.List(buffer);
            Assert.False(result.IsError);
            if (result.Value == 0)
            {
                return names;
            }
            var entries = new FolderEntries(buffer.AsSpan(0, result.Int));
            while (entries.MoveNext())
            {
                names.Add($"{Encoding.UTF8.GetString(entries.Name)} {entries.Kind}");
            }
        }
    }
}
