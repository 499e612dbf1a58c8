using Larder.Events.Native;

namespace Larder.Objects.Serving;

/// <summary>
/// Where the body of a PUT goes: a new object, or a piece of one that exists. All steps need a slot of the device.
/// </summary>
internal interface IUpload : IDisposable
{
    /// <summary>Bytes written.</summary>
    long Length { get; }

    /// <summary>Takes the next bytes.</summary>
    SysResult Write(ReadOnlySpan<byte> bytes);

    /// <summary>Whether the bytes have this MD5; after the last of them.</summary>
    bool HasMd5(ReadOnlySpan<byte> digest);

    /// <summary>Keeps the digests with the file; after the last bytes.</summary>
    SysResult Seal();

    /// <summary>Waits until the bytes are on the disk.</summary>
    SysResult Sync();

    /// <summary>
    /// What a sync of the whole file system, which others shared, means for this one: a failure also when another sync
    /// has failed since the first byte was written, because that one may have told of the loss of these bytes.
    /// </summary>
    SysResult Synced(SysResult shared);

    /// <summary>Makes it visible.</summary>
    /// <param name="replaces">In place of what has the name; else EEXIST where the file system can tell.</param>
    SysResult Publish(bool replaces);

    /// <summary>Waits until the name is on the disk.</summary>
    SysResult SyncName();
}
