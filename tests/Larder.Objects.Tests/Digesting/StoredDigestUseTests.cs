using Larder.Events.Files;
using Larder.Events.Native;
using Larder.Objects.Devices;
using Larder.Objects.Digesting;
using Larder.Objects.Serving;
using Larder.Objects.Tests.Support;

namespace Larder.Objects.Tests.Digesting;

/// <summary>When the side-channel answers with the stored digest, and when it reads the file.</summary>
public sealed class StoredDigestUseTests : IDisposable
{
    private const string ObjectPath = "/dev1/0/000/000/0000000001.fid";

    private readonly CountedReads _reads = new();
    private readonly KeptLines _log = new();
    private readonly SideStore _store;
    private readonly RawClient _side;
    private readonly byte[] _content = new byte[10_000];

    public StoredDigestUseTests()
    {
        new Random(1).NextBytes(_content);
        _store = new SideStore(root => new ObjectServerOptions
        {
            Root = root,
            HttpEndpoints = [SideStore.Loopback],
            SideChannelEndpoints = [SideStore.Loopback],
            Workers = 2,
            Logger = _log,
            Devices = new DeviceOptions { Faults = _reads },
        });
        _side = _store.Side();
        using RawClient http = _store.Http();
        Assert.Equal(201, http.Put(ObjectPath, _content).Status); // with CRC-32C, without MD5
    }

    private string Md5 => Digests.Md5(_content);

    private string FilePath => _store.PathOf(ObjectPath);

    [Fact]
    public void Digest_is_kept_once_computed_and_answered_without_reading()
    {
        Assert.Null(Stored()!.Md5);
        // Within a step of the file system's clock after the change nothing is kept, so it is asked for again.
        Until.True(() => AsksFor($"{ObjectPath} MD5={Md5}") && Stored()!.Md5 != null, "the digest is kept");
        StoredDigest stored = Stored()!;
        Assert.Equal(Crc32C.Of(_content), stored.Crc32C);
        Assert.Equal(Md5, stored.Md5Hex);
        Assert.Equal(0, ReadsOf("MD5", ""));
        Assert.NotEqual(0, ReadsOf("MD5", " fsck"));
        Assert.NotEqual(0, ReadsOf("SHA-1", ""));
    }

    [Fact]
    public void File_that_somebody_changed_is_read_again()
    {
        Until.True(() => AsksFor($"{ObjectPath} MD5={Md5}") && Stored()!.Md5 != null, "the digest is kept");
        DateTime before = File.GetLastWriteTimeUtc(FilePath);
        _content[0] ^= 1;
        File.WriteAllBytes(FilePath, _content);
        File.SetLastWriteTimeUtc(FilePath, before.AddSeconds(1));
        Assert.True(AsksFor($"{ObjectPath} MD5={Md5}"));
        Until.True(() => AsksFor($"{ObjectPath} MD5={Md5}") && Stored()?.Md5Hex == Md5, "the new digest is kept");
    }

    [Theory]
    [InlineData("MD5", "")]
    [InlineData("SHA-1", "")]
    [InlineData("MD5", " fsck")]
    public void Damage_that_leaves_size_and_time_is_reported_and_not_kept(string digest, string reason)
    {
        DateTime before = File.GetLastWriteTimeUtc(FilePath);
        StoredDigest stored = Stored()!;
        _content[5000] ^= 0x10;
        using (FileStream file = File.OpenWrite(FilePath))
        {
            file.Write(_content);
        }
        File.SetLastWriteTimeUtc(FilePath, before);
        Keep(new StoredDigest(_content.Length, Status().ModifiedNs, stored.Crc32C, null));
        Until.True(() =>
        {
            _side.Send($"{digest} {ObjectPath}{reason}\n");
            Assert.StartsWith($"{ObjectPath} {digest}=", _side.ReadLine(), StringComparison.Ordinal);
            return _log.Lines.Any(line => line.Contains("other bytes", StringComparison.Ordinal));
        }, "the damage is logged");
        Assert.Null(Stored()!.Md5);
    }

    [Fact]
    public void Fsck_tells_of_bytes_that_are_not_those_of_the_stored_digest()
    {
        Keep(new StoredDigest(_content.Length, Status().ModifiedNs, Crc32C.Of(_content), new byte[16]));
        Assert.True(AsksFor($"{ObjectPath} MD5={new string('0', 32)}"));
        Until.True(() =>
        {
            _side.Send($"MD5 {ObjectPath} fsck\n");
            Assert.Equal($"{ObjectPath} MD5={Md5}\r\n", _side.ReadLine());
            return _log.Lines.Any(line => line.Contains("other bytes", StringComparison.Ordinal));
        }, "the damage is logged");
    }

    public void Dispose()
    {
        _side.Dispose();
        _store.Dispose();
    }

    private bool AsksFor(string reply)
    {
        _side.Send($"MD5 {ObjectPath}\n");
        return string.Equals(_side.ReadLine(), reply + "\r\n", StringComparison.Ordinal);
    }

    private int ReadsOf(string digest, string reason)
    {
        _reads.Clear();
        _side.Send($"{digest} {ObjectPath}{reason}\n");
        _side.ReadLine();
        return _reads.Count;
    }

    private FileStatus Status()
    {
        using OpenedFile file = Open(out Device _);
        Assert.False(file.Status(out FileStatus status).IsError);
        return status;
    }

    private StoredDigest? Stored()
    {
        using OpenedFile file = Open(out Device device);
        Assert.False(file.Status(out FileStatus status).IsError);
        return FileDigests.Load(device, file, status);
    }

    private void Keep(StoredDigest digest)
    {
        using OpenedFile file = Open(out Device device);
        Assert.False(FileDigests.Save(device, file, digest).IsError);
    }

    private OpenedFile Open(out Device device)
    {
        device = _store.Server.Devices.Find(1)!;
        Assert.False(device.OpenFile("0/000/000/0000000001.fid"u8, out OpenedFile? file).IsError);
        return file!;
    }

    private sealed class CountedReads : IDeviceFaults
    {
        private int _count;

        public int Count => Volatile.Read(ref _count);

        public void Clear() => Volatile.Write(ref _count, 0);

        public Errno Before(int device, DeviceOperation operation)
        {
            if (operation == DeviceOperation.Read)
            {
                Interlocked.Increment(ref _count);
            }
            return Errno.None;
        }
    }
}
