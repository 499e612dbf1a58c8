using Larder.Events.Files;
using Larder.Events.Native;

namespace Larder.Objects.Devices;

/// <summary>
/// Keeps the folder open into which something was stored last: trackers number their objects, so the next one mostly
/// belongs to the same. Any thread, with a slot of the device.
/// </summary>
/// <remarks>
/// Before each use the kernel is asked whether the path still leads to it (statx follows links wherever they lead, the
/// comparison makes that harmless): a third of what opening and closing it again costs.
/// </remarks>
internal sealed class LastFolder : IDisposable
{
    private SharedFolder? _last; // owner: interlocked; one hold is ours

    /// <summary>Opens the folder of a file, and makes the missing ones on the way.</summary>
    /// <param name="device">Whose it is.</param>
    /// <param name="path">Of the file, below the device.</param>
    /// <param name="folder">To be released by the caller; null when the result is an error.</param>
    public SysResult Open(Device device, ReadOnlySpan<byte> path, out SharedFolder? folder)
    {
        ReadOnlySpan<byte> parent = path[..Math.Max(path.LastIndexOf((byte)'/'), 0)];
        folder = Volatile.Read(ref _last);
        if (folder?.WasAt(parent) == true && folder.TryHold())
        {
            SysResult same = device.Status(parent, out FileStatus now);
            if (!same.IsError && folder.Is(now))
            {
                return same;
            }
            folder.Release();
        }
        return OpenAnew(device, path, parent, out folder);
    }

    /// <summary>Lets go of it; when nobody stores anything any more.</summary>
    public void Dispose() => Interlocked.Exchange(ref _last, null)?.Release();

    private SysResult OpenAnew(
        Device device, ReadOnlySpan<byte> path, ReadOnlySpan<byte> parent, out SharedFolder? folder)
    {
        folder = null;
        SysResult result = device.OpenParent(path, makes: true, out FolderHandle? handle);
        FileStatus identity = default;
        if (!result.IsError)
        {
            result = device.StatusOfFolder(handle!, out identity);
        }
        if (result.IsError)
        {
            handle?.Dispose();
            return result;
        }
        folder = new SharedFolder(handle!, parent.ToArray(), identity);
        folder.TryHold(); // the second hold is ours: nobody else knows it yet
        Interlocked.Exchange(ref _last, folder)?.Release();
        return result;
    }
}
