using System.Security.Cryptography;
using Larder.Events.Files;
using Larder.Events.Native;
using Larder.Objects.Devices;
using Larder.Objects.Digesting;

namespace Larder.Objects.Serving;

/// <summary>
/// A piece of an object (PUT with Content-Range): written in place, visible as it comes, as clients that send large
/// files in pieces expect it. What was stored of the object's digests is taken away first.
/// </summary>
internal sealed class PieceUpload : IUpload
{
    private readonly Device _device;
    private readonly byte[] _path;
    private readonly long _offset;
    private readonly IncrementalHash? _md5;
    private readonly FolderHandle _folder;
    private readonly OpenedFile _file;
    private readonly long _bytesBefore; // on the disk
    private readonly UploadRoom _room;
    private byte[]? _md5Value;

    private PieceUpload(
        Device device, byte[] path, long offset, bool withMd5, FolderHandle folder, OpenedFile file, UploadRoom room)
    {
        _bytesBefore = device.Status(file, out FileStatus status).IsError ? 0 : status.BytesOnDisk;
        _device = device;
        _path = path;
        _offset = offset;
        _md5 = withMd5 ? IncrementalHash.CreateHash(HashAlgorithmName.MD5) : null;
        _folder = folder;
        _file = file;
        _room = room;
    }

    /// <inheritdoc/>
    public long Length { get; private set; }

    /// <summary>Opens the object, or makes it.</summary>
    /// <param name="device">The caller has a slot of it.</param>
    /// <param name="path">Below the device.</param>
    /// <param name="offset">Where the piece begins.</param>
    /// <param name="length">Its bytes, or -1.</param>
    /// <param name="withMd5">Whether the piece's MD5 is computed.</param>
    /// <param name="upload">To be disposed; null when the result is an error.</param>
    public static SysResult Begin(
        Device device, ReadOnlySpan<byte> path, long offset, long length, bool withMd5, out PieceUpload? upload)
    {
        upload = null;
        SysResult result = UploadRoom.Take(device, length, out UploadRoom? room);
        if (result.IsError)
        {
            return result;
        }
        result = device.OpenParent(path, makes: true, out FolderHandle? folder);
        if (result.IsError)
        {
            room!.Return();
            return result;
        }
        ReadOnlySpan<byte> name = path[(path.LastIndexOf((byte)'/') + 1)..];
        result = device.OpenOrCreate(folder!, name, out OpenedFile? file);
        if (!result.IsError)
        {
            result = device.RemoveAttribute(file!, StoredDigest.Name);
        }
        if (result.IsError)
        {
            room!.Return();
            file?.Dispose();
            folder!.Dispose();
            return result;
        }
        upload = new PieceUpload(device, path.ToArray(), offset, withMd5, folder!, file!, room!);
        return result;
    }

    /// <inheritdoc/>
    public SysResult Write(ReadOnlySpan<byte> bytes)
    {
        SysResult result = _room.Spend(bytes.Length);
        if (!result.IsError)
        {
            result = _device.Write(_file, bytes, _offset + Length);
        }
        if (!result.IsError)
        {
            _md5?.AppendData(bytes);
            Length += bytes.Length;
        }
        return result;
    }

    /// <inheritdoc/>
    public bool HasMd5(ReadOnlySpan<byte> digest)
        => (_md5Value ??= _md5!.GetHashAndReset()).AsSpan().SequenceEqual(digest);

    /// <inheritdoc/>
    public SysResult Seal() => SysResult.Ok(0);

    /// <inheritdoc/>
    public SysResult Sync() => _device.Sync(_file);

    /// <inheritdoc/>
    public SysResult Synced(SysResult shared) => _room.Synced(shared);

    /// <inheritdoc/>
    public SysResult Publish(bool replaces)
    {
        SysResult result = _device.Status(_file, out FileStatus status);
        _device.Usage.Add(result.IsError ? 0 : status.BytesOnDisk - _bytesBefore);
        return result;
    }

    /// <inheritdoc/>
    public SysResult SyncName() => _device.SyncParent(_path);

    /// <inheritdoc/>
    public void Dispose()
    {
        _room.Return();
        _file.Dispose();
        _folder.Dispose();
        _md5?.Dispose();
    }
}
