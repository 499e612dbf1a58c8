using System.Collections.Concurrent;
using System.Diagnostics;
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
/// Bounded in files and in bytes of contents; what was not used since the hand passed last is given up (CLOCK). Bytes
/// are kept only when the file's last change is older than the steps of the file system's clock, since a change within
/// the same step would not show. Any thread, with a slot of the device.
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
    private const long ClockStepNs = 20_000_000;

    private readonly int _filesMax;
    private readonly long _contentBytesMax;
    private readonly ConcurrentDictionary<byte[], HotFile> _files = new(PathComparer.Instance);
    private readonly ConcurrentDictionary<byte[], HotFile>.AlternateLookup<ReadOnlySpan<byte>> _byPath;
    private readonly Lock _lock = new();
    private readonly Queue<(byte[] Path, HotFile File)> _hand = new(); // owner: _lock
    private long _contentBytes;                                        // owner: _lock

    /// <param name="filesMax">Descriptors kept; 0 keeps none.</param>
    /// <param name="contentBytesMax">Bytes of contents kept.</param>
    public HotFiles(int filesMax, long contentBytesMax)
    {
        _filesMax = filesMax;
        _contentBytesMax = contentBytesMax;
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
            if (!result.IsError && now.IsSameAs(file.Status))
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

    private void Forget(ReadOnlySpan<byte> key, HotFile file)
    {
        if (_files.TryRemove(KeyValuePair.Create(key.ToArray(), file)))
        {
            GiveUp(file);
        }
    }

    private void GiveUp(HotFile file)
    {
        if (file.Content != null)
        {
            lock (_lock)
            {
                _contentBytes -= file.Content.Length;
            }
        }
        file.Release();
    }

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
        StoredDigest? digest = ReadDigest(device, opened!, status);
        byte[]? content = _filesMax > 0 ? ReadContent(device, opened!, status) : null;
        file = new HotFile(opened!, status, digest, content);
        if (_filesMax > 0)
        {
            Keep(key.ToArray(), file);
        }
        return result;
    }

    private static StoredDigest? ReadDigest(Device device, OpenedFile file, in FileStatus status)
    {
        Span<byte> value = stackalloc byte[StoredDigest.TextLengthMax];
        SysResult result = device.GetAttribute(file, StoredDigest.Name, value);
        StoredDigest? digest = result.IsError ? null : StoredDigest.Read(value[..result.Int]);
        return digest?.IsOf(status) == true ? digest : null;
    }

    /// <summary>The bytes of a small file that has been quiet for long enough; null for others.</summary>
    private byte[]? ReadContent(Device device, OpenedFile file, in FileStatus status)
    {
        long nowNs = (DateTime.UtcNow - DateTime.UnixEpoch).Ticks * TimeSpan.NanosecondsPerTick;
        if (status.Size > ContentBytesMax || nowNs - status.ChangedNs < ClockStepNs || _contentBytesMax == 0)
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
        lock (_lock)
        {
            _hand.Enqueue((key, file));
            _contentBytes += file.Content?.Length ?? 0;
        }
        while (TakeExcess() is { } excess)
        {
            if (_files.TryRemove(excess))
            {
                GiveUp(excess.Value);
            }
        }
    }

    /// <summary>The next one to be given up, or null while there is room.</summary>
    private KeyValuePair<byte[], HotFile>? TakeExcess()
    {
        lock (_lock)
        {
            while (_hand.Count > _filesMax || (_contentBytes > _contentBytesMax && _hand.Count > 0))
            {
                (byte[] path, HotFile file) = _hand.Dequeue();
                bool isKept = _files.TryGetValue(path, out HotFile? kept) && ReferenceEquals(kept, file);
                if (isKept && file.WasUsed)
                {
                    file.WasUsed = false;
                    _hand.Enqueue((path, file));
                }
                else if (isKept)
                {
                    return KeyValuePair.Create(path, file);
                }
            }
            return null;
        }
    }
}
