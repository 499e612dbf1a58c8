using System.Diagnostics;
using System.Security.Cryptography;
using Larder.Events.Files;
using Larder.Events.Native;
using Larder.Objects.Devices;
using Larder.Objects.Digesting;

namespace Larder.Objects.Serving;

/// <summary>
/// One object on its way to a device: bytes go to a file that has no name yet, digests are computed while they pass,
/// and the name is given in one step when all is there.
/// </summary>
/// <remarks>
/// <code>
///   Begin: parent folder, O_TMPFILE -> Write ... -> Seal: digest as attribute -> Name: link, or link aside and rename
/// </code>
/// Until it is named nobody sees anything, and a process that dies leaves nothing: a nameless file goes with its last
/// descriptor. Where the file system knows no such files the file is made under a temporary name, which
/// <see cref="TemporaryNames"/> finds again. All steps need a slot of the device. Owned by one connection.
/// </remarks>
internal sealed class Upload : IUpload
{
    /// <summary>
    /// Smaller files are written in one call, and the file system allocates them whole by itself.
    /// </summary>
    private const int AllocateFrom = 256 * 1024;

    private readonly Device _device;
    private readonly byte[] _path;
    private readonly IncrementalHash? _md5;
    private UploadRoom? _room;
    private SharedFolder? _folder;
    private OpenedFile? _file;
    private byte[]? _temporaryName; // of a file that has one
    private Crc32C _crc;
    private byte[]? _md5Value;

    private Upload(Device device, byte[] path, IncrementalHash? md5)
    {
        _device = device;
        _path = path;
        _md5 = md5;
    }

    /// <summary>Bytes written.</summary>
    public long Length { get; private set; }

    /// <summary>The file's status as it was sealed.</summary>
    public FileStatus Status { get; private set; }

    private FolderHandle Folder => _folder!.Handle;

    private ReadOnlySpan<byte> Name => _path.AsSpan(_path.AsSpan().LastIndexOf((byte)'/') + 1);

    /// <summary>Makes the file.</summary>
    /// <param name="device">The caller has a slot of it.</param>
    /// <param name="path">Below the device.</param>
    /// <param name="length">Bytes that will come, or -1.</param>
    /// <param name="withMd5">Whether MD5 is computed beside CRC-32C.</param>
    /// <param name="upload">To be disposed; null when the result is an error.</param>
    public static SysResult Begin(
        Device device, ReadOnlySpan<byte> path, long length, bool withMd5, out Upload? upload)
    {
        upload = new Upload(device, path.ToArray(), withMd5 ? IncrementalHash.CreateHash(HashAlgorithmName.MD5) : null);
        SysResult result = upload.Open(length);
        if (result.IsError)
        {
            upload.Dispose();
            upload = null;
        }
        return result;
    }

    /// <summary>Takes the next bytes.</summary>
    public SysResult Write(ReadOnlySpan<byte> bytes)
    {
        SysResult result = _room!.Spend(bytes.Length);
        if (!result.IsError)
        {
            result = _device.Write(_file!, bytes, Length);
        }
        if (!result.IsError)
        {
            _crc.Append(bytes);
            _md5?.AppendData(bytes);
            Length += bytes.Length;
        }
        return result;
    }

    /// <summary>Whether the bytes have this MD5; only with MD5, after the last of them.</summary>
    public bool HasMd5(ReadOnlySpan<byte> digest) => Md5().AsSpan().SequenceEqual(digest);

    /// <summary>Keeps the digests with the file; after the last bytes.</summary>
    public SysResult Seal()
    {
        SysResult result = _device.Status(_file!, out FileStatus status);
        if (result.IsError)
        {
            return result;
        }
        Status = status;
        var digest = new StoredDigest(Length, status.ModifiedNs, _crc.Value, _md5 == null ? null : Md5());
        return FileDigests.Save(_device, _file!, digest);
    }

    /// <summary>Waits until the bytes are on the disk.</summary>
    public SysResult Sync() => _device.Sync(_file!);

    /// <inheritdoc/>
    public SysResult Synced(SysResult shared) => _room!.Synced(shared);

    /// <inheritdoc/>
    public SysResult Publish(bool replaces)
    {
        if (_temporaryName != null)
        {
            return replaces ? Rename() : MoveToNew();
        }
        SysResult result = _device.Link(_file!, Folder, Name);
        if (!result.IsError || result.Errno != Errno.Exists || !replaces)
        {
            _device.Usage.Add(result.IsError ? 0 : Status.BytesOnDisk);
            return result;
        }
        byte[] aside = TemporaryNames.Next();
        result = _device.Link(_file!, Folder, aside);
        if (result.IsError)
        {
            return result;
        }
        _temporaryName = aside;
        return Rename();
    }

    /// <summary>Waits until the name is on the disk.</summary>
    public SysResult SyncName() => _device.SyncParent(_path);

    /// <summary>Takes back what is not published.</summary>
    public void Dispose()
    {
        if (_temporaryName != null)
        {
            SysResult result = _device.Remove(Folder, _temporaryName); // what fails here is found by the sweep
            Debug.Assert(!result.IsError || DeviceHealth.IsDeviceFault(result.Errno), "a temporary file was lost");
            _temporaryName = null;
        }
        _room?.Return();
        _file?.Dispose();
        _folder?.Release();
        _md5?.Dispose();
    }

    private SysResult Open(long length)
    {
        SysResult result = UploadRoom.Take(_device, length, out _room);
        if (!result.IsError)
        {
            result = _device.Parents.Open(_device, _path, out _folder);
        }
        if (result.IsError)
        {
            return result;
        }
        result = _device.CreateNameless(Folder, out _file);
        if (result.IsError && result.Errno is Errno.NotSupported or Errno.IsFolder or Errno.Invalid)
        {
            result = CreateNamed(); // open(2): what kernels and file systems without O_TMPFILE answer
        }
        if (result.IsError || length < AllocateFrom)
        {
            return result;
        }
        result = _device.Allocate(_file!, length);
        if (!result.IsError)
        {
            _room!.Allocated();
        }
        return result;
    }

    private SysResult CreateNamed()
    {
        byte[] name = TemporaryNames.Next();
        SysResult result = _device.CreateFile(Folder, name, out _file);
        _temporaryName = result.IsError ? null : name;
        return result;
    }

    private SysResult Rename()
    {
        long replaced = _device.BytesFreedWith(Folder, Name);
        SysResult result = _device.Rename(Folder, _temporaryName!, Name);
        if (!result.IsError)
        {
            _device.Usage.Add(Status.BytesOnDisk - replaced);
            _temporaryName = null;
        }
        return result;
    }

    /// <summary>EEXIST where the file system can tell; else in place of what has the name.</summary>
    private SysResult MoveToNew()
    {
        SysResult result = _device.Move(Folder, _temporaryName!, Folder, Name);
        if (result.IsError)
        {
            bool cannotTell = result.Errno is Errno.Invalid or Errno.NotSupported; // rename(2), RENAME_NOREPLACE
            return cannotTell ? Rename() : result;
        }
        _device.Usage.Add(Status.BytesOnDisk);
        _temporaryName = null;
        return result;
    }

    private byte[] Md5() => _md5Value ??= _md5!.GetHashAndReset();
}
