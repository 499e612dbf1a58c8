using Larder.Events.Files;
using Larder.Events.Native;
using Larder.Objects.Devices;

namespace Larder.Objects.Digesting;

/// <summary>Digests as they are kept with files. The caller has a slot of the device.</summary>
internal static class FileDigests
{
    /// <summary>What was stored of a file's digests, if that is of the bytes that it has now.</summary>
    /// <param name="device">Where the file is.</param>
    /// <param name="file">The file.</param>
    /// <param name="status">Its status now.</param>
    public static StoredDigest? Load(Device device, OpenedFile file, in FileStatus status)
    {
        Span<byte> value = stackalloc byte[StoredDigest.TextLengthMax];
        SysResult result = device.GetAttribute(file, StoredDigest.Name, value);
        StoredDigest? digest = result.IsError ? null : StoredDigest.Read(value[..result.Int]);
        return digest?.IsOf(status) == true ? digest : null;
    }

    /// <summary>Keeps digests with their file; a file system without attributes goes without.</summary>
    public static SysResult Save(Device device, OpenedFile file, StoredDigest digest)
    {
        Span<byte> value = stackalloc byte[StoredDigest.TextLengthMax];
        int length = digest.Write(value);
        SysResult result = device.SetAttribute(file, StoredDigest.Name, value[..length]);
        return result.IsError && result.Errno == Errno.NotSupported ? SysResult.Ok(0) : result;
    }
}
