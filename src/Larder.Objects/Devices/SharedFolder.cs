using Larder.Events.Files;

namespace Larder.Objects.Devices;

/// <summary>
/// A folder of a device into which several store at a time; closed when the last of them has let go. Any thread.
/// </summary>
internal sealed class SharedFolder
{
    private readonly byte[] _path;
    private readonly FileStatus _identity;
    private Holds _holds; // not readonly: a mutable struct

    /// <param name="handle">Its own from now on.</param>
    /// <param name="path">Below the device.</param>
    /// <param name="identity">The folder when it was opened.</param>
    public SharedFolder(FolderHandle handle, byte[] path, in FileStatus identity)
    {
        Handle = handle;
        _path = path;
        _identity = identity;
    }

    public FolderHandle Handle { get; }

    /// <summary>Whether it was opened by this path.</summary>
    public bool WasAt(ReadOnlySpan<byte> path) => path.SequenceEqual(_path);

    /// <summary>Whether this is the status of the same folder.</summary>
    public bool Is(in FileStatus status) => status.Inode == _identity.Inode && status.Device == _identity.Device;

    /// <summary>Holds it; false when it is closed already.</summary>
    public bool TryHold() => _holds.TryAdd();

    /// <summary>Lets go; the last one closes it.</summary>
    public void Release()
    {
        if (_holds.Remove())
        {
            Handle.Dispose();
        }
    }
}
