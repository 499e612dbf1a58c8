using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text;
using Larder.Events.Files;
using Larder.Events.Native;
using Larder.Objects.Devices;
using Larder.Objects.Digesting;

namespace Larder.Objects.Serving;

/// <summary>
/// Files that are asked for again and again: their descriptors, what is known of them, and the bytes of the small
/// ones. A file is served from here only after the kernel has said that the path still leads to the same, unchanged
/// file, whoever else works on it.
/// </summary>
/// <remarks>
/// <code>
///   Open: [ path -> HotFile ] --statx says the same--> serve          1 system call
///                     \--another, or none--> openat2, statx, fgetxattr[, pread] -> keep -> serve
/// </code>
/// Descriptors of larger files are bounded by their number, contents of small ones, which need no descriptor, by their
/// bytes: two hands, each of which gives up what was not used since it passed last (CLOCK). Bytes are kept only when
/// the file's last change is older than the steps of the file system's clock, since a change within the same step
/// would not show. Any thread, with a slot of the device.
/// </remarks>
internal sealed class HotFiles
{
    /// <summary>
    /// Files up to this size are kept with their bytes: copying them to the socket is cheaper than asking the kernel.
    /// </summary>
    private const int ContentBytesMax = 16 * 1024;

    /// <summary>
    /// The coarsest step of a file system's clock that is to be expected: a jiffy at 100 Hz, doubled.
    /// </summary>
    internal const long ClockStepNs = 20_000_000;

    private readonly ConcurrentDictionary<byte[], HotFile> _files = new(PathComparer.Instance);
    private readonly ConcurrentDictionary<byte[], HotFile>.AlternateLookup<ReadOnlySpan<byte>> _byPath;
    private readonly HotHand _opened;
    private readonly HotHand _contents;

    /// <param name="filesMax">Descriptors kept; 0 keeps none.</param>
    /// <param name="contentBytesMax">Bytes of memory for small files; 0 keeps no contents.</param>
    public HotFiles(int filesMax, long contentBytesMax)
    {
        _opened = new HotHand(_files, filesMax, static _ => 1);
        _contents = new HotHand(_files, contentBytesMax, static file => file.MemoryBytes);
        _byPath = _files.GetAlternateLookup<ReadOnlySpan<byte>>();
    }

    /// <summary>Files kept now.</summary>
    public int Count => _files.Count;

    /// <summary>
    /// Opens an object of a device. EISDIR for a folder, EACCES for what is no file; else the kernel's errors.
    /// </summary>
    /// <param name="device">The caller has a slot of it.</param>
    /// <param name="key">The path with the device in it: "/dev1/0/000/...".</param>
    /// <param name="path">The path below the device.</param>
    /// <param name="file">To be released by the caller; null when the result is an error.</param>
    public SysResult Open(Device device, ReadOnlySpan<byte> key, ReadOnlySpan<byte> path, out HotFile? file)
    {
        if (_byPath.TryGetValue(key, out file) && file.TryHold())
        {
            SysResult result = device.Status(path, out FileStatus now);
            if (!result.IsError && now.IsSameAs(file.Status) && !MayHaveContent(file))
            {
                file.WasUsed = true;
                return result;
            }
            Forget(key, file);
            file.Release();
        }
        return OpenCold(device, key, path, out file);
    }

    /// <summary>The store itself has changed what the path leads to.</summary>
    public void Forget(ReadOnlySpan<byte> key)
    {
        if (_byPath.TryRemove(key, out _, out HotFile? file))
        {
            GiveUp(file);
        }
    }

    /// <summary>A device has gone: its files are closed, so that its file system can be given up.</summary>
    public void ForgetDevice(Device device)
    {
        byte[] prefix = Encoding.ASCII.GetBytes($"/{device.Name}/");
        foreach (KeyValuePair<byte[], HotFile> kept in _files)
        {
            if (kept.Key.AsSpan().StartsWith(prefix) && _files.TryRemove(kept))
            {
                GiveUp(kept.Value);
            }
        }
    }

    /// <summary>It was opened too soon after its last change for its bytes to be kept, and may be now.</summary>
    private bool MayHaveContent(HotFile file) => file.Content == null && KeepsContentOf(file.Status);

    private bool KeepsContentOf(in FileStatus status)
    {
        if (status.Size > ContentBytesMax || _contents.Max == 0)
        {
            return false;
        }
        long nowNs = (DateTime.UtcNow - DateTime.UnixEpoch).Ticks * TimeSpan.NanosecondsPerTick;
        return nowNs - status.ChangedNs >= ClockStepNs;
    }

    private void Forget(ReadOnlySpan<byte> key, HotFile file)
    {
        if (_files.TryRemove(KeyValuePair.Create(key.ToArray(), file)))
        {
            GiveUp(file);
        }
    }

    private void GiveUp(HotFile file)
    {
        HandOf(file).Removed(file);
        file.Release();
    }

    private HotHand HandOf(HotFile file) => file.Content == null ? _opened : _contents;

    private SysResult OpenCold(Device device, ReadOnlySpan<byte> key, ReadOnlySpan<byte> path, out HotFile? file)
    {
        file = null;
        SysResult result = device.OpenFile(path, out OpenedFile? opened);
        if (result.IsError)
        {
            return result;
        }
        result = device.Status(opened!, out FileStatus status);
        if (!result.IsError && status.Kind != FileKind.Regular)
        {
            result = SysResult.Fail(status.Kind == FileKind.Folder ? Errno.IsFolder : Errno.Access);
        }
        if (result.IsError)
        {
            opened!.Dispose();
            return result;
        }
        StoredDigest? digest = FileDigests.Load(device, opened!, status);
        file = new HotFile(opened!, status, digest, ReadContent(device, opened!, status));
        if (HandOf(file).Max > 0)
        {
            Keep(key.ToArray(), file);
        }
        return result;
    }

    /// <summary>The bytes of a small file that has been quiet for long enough; null for others.</summary>
    private byte[]? ReadContent(Device device, OpenedFile file, in FileStatus status)
    {
        if (!KeepsContentOf(status))
        {
            return null;
        }
        byte[] content = new byte[status.Size];
        SysResult result = device.Read(file, content, 0);
        bool isWhole = !result.IsError && result.Value == content.Length
            && !device.Status(file, out FileStatus after).IsError && after.IsSameAs(status);
        return isWhole ? content : null;
    }

    private void Keep(byte[] key, HotFile file)
    {
        bool isHeld = file.TryHold();
        Debug.Assert(isHeld, "a file was closed by others before it was kept");
        if (!_files.TryAdd(key, file))
        {
            file.Release(); // another worker was faster; this one is for its own answer
            return;
        }
        HotHand hand = HandOf(file);
        hand.Added(key, file);
        while (hand.TakeExcess() is { } excess)
        {
            if (_files.TryRemove(excess))
            {
                GiveUp(excess.Value);
            }
        }
    }
}
