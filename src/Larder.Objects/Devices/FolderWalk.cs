using Larder.Events.Files;
using Larder.Events.Native;

namespace Larder.Objects.Devices;

/// <summary>
/// Goes through all files of a device in the order of their paths, in short steps and with bounded memory, from any
/// path on; files that come and go meanwhile may be met or not.
/// </summary>
/// <remarks>
/// <code>
///   levels:  ""  [0 1 2 ...]  ->  "0"  [000 001 ...]  ->  "0/000"  [...]      names in order, in batches
/// </code>
/// A folder is read once for each batch of its names: the smallest that come after the last batch. File systems give
/// names in an order of their own; only a sorted one can be gone on with after a restart. Symbolic links are not
/// followed; <c>lost+found</c> and <c>lost+damaged</c> are left out. One thread.
/// </remarks>
internal sealed class FolderWalk
{
    /// <summary>Where damaged files are put.</summary>
    public const string DamagedFolder = "lost+damaged";

    /// <summary>Names kept for a folder: some megabytes; larger folders are read several times.</summary>
    internal const int BatchMax = 65_536;

    /// <summary>Deeper folders are not entered: paths end at 4,095 bytes, and requests at 255.</summary>
    private const int DepthMax = 128;

    private const int ListBytes = 32 * 1024;

    private readonly Device _device;
    private readonly int _batchMax;
    private readonly byte[] _buffer = new byte[ListBytes];
    private readonly Stack<Level> _levels = new();

    /// <param name="device">Held by the caller during each step.</param>
    /// <param name="after">The path below the device that was met last; "" begins at the beginning.</param>
    /// <param name="batchMax">Names kept for a folder; 1 or more.</param>
    public FolderWalk(Device device, ReadOnlySpan<byte> after, int batchMax = BatchMax)
    {
        _device = device;
        _batchMax = batchMax;
        int begin = 0;
        while (true)
        {
            int slash = after[begin..].IndexOf((byte)'/');
            ReadOnlySpan<byte> folder = after[..Math.Max(begin - 1, 0)];
            if (slash < 0)
            {
                _levels.Push(new Level(folder.ToArray()) { After = after[begin..].ToArray(), IsBehind = true });
                return;
            }
            _levels.Push(new Level(folder.ToArray())
            {
                After = after.Slice(begin, slash).ToArray(),
                IsBehind = true, // the folder of this name is on the stack already
            });
            begin += slash + 1;
        }
    }

    /// <summary>Folders that could not be read, since the beginning.</summary>
    public long Failures { get; private set; }

    /// <summary>Does a step: reads a folder's names, or goes on to the next name.</summary>
    /// <param name="path">Of the file that was met; only with <see cref="WalkStep.File"/>.</param>
    public WalkStep Step(out byte[] path)
    {
        path = [];
        if (!_levels.TryPeek(out Level? level))
        {
            return WalkStep.End;
        }
        if (level.Next < level.Names.Count)
        {
            (byte[] name, FileKind? kind) = level.Names[level.Next++];
            path = level.PathOf(name);
            return Meet(path, kind);
        }
        if (level.IsRead)
        {
            _levels.Pop();
            return WalkStep.Folder;
        }
        SysResult result = Read(level);
        if (result.IsError)
        {
            Failures += result.Errno is Errno.NoEntry or Errno.NotFolder ? 0 : 1;
            _levels.Pop();
        }
        return WalkStep.Folder;
    }

    private static bool IsLeftOut(Level level, ReadOnlySpan<byte> name)
        => level.Path.Length == 0 && (name.SequenceEqual("lost+found"u8) || name.SequenceEqual("lost+damaged"u8));

    private WalkStep Meet(byte[] path, FileKind? kind)
    {
        if (kind == FileKind.Folder && _levels.Count < DepthMax)
        {
            _levels.Push(new Level(path));
            return WalkStep.Folder;
        }
        if (kind == null)
        {
            // The file system does not say: a folder can be opened as one.
            SysResult result = _device.OpenFolder(path, out FolderHandle? folder);
            folder?.Dispose();
            return result.IsError ? WalkStep.File : Meet(path, FileKind.Folder);
        }
        return kind == FileKind.Regular ? WalkStep.File : WalkStep.Folder;
    }

    /// <summary>Reads the names that come next: the smallest behind those that were met.</summary>
    private SysResult Read(Level level)
    {
        SysResult result = _device.OpenFolder(level.Path, out FolderHandle? folder);
        if (result.IsError)
        {
            return result;
        }
        var names = new List<(byte[] Name, FileKind? Kind)>();
        bool isCut = false;
        using (folder)
        {
            while (!(result = _device.List(folder!, _buffer)).IsError && result.Value > 0)
            {
                var entries = new FolderEntries(_buffer.AsSpan(0, result.Int));
                while (entries.MoveNext())
                {
                    if ((!level.IsBehind || entries.Name.SequenceCompareTo(level.After) > 0)
                        && !IsLeftOut(level, entries.Name))
                    {
                        names.Add((entries.Name.ToArray(), entries.Kind));
                    }
                }
                if (names.Count > 2 * _batchMax)
                {
                    Cut(names);
                    isCut = true;
                }
            }
        }
        isCut |= names.Count > _batchMax;
        Cut(names);
        level.Names = names;
        level.Next = 0;
        level.IsRead = !isCut;
        if (names.Count > 0)
        {
            level.After = names[^1].Name;
            level.IsBehind = true;
        }
        return result;
    }

    private void Cut(List<(byte[] Name, FileKind? Kind)> names)
    {
        names.Sort(static (a, b) => a.Name.AsSpan().SequenceCompareTo(b.Name));
        if (names.Count > _batchMax)
        {
            names.RemoveRange(_batchMax, names.Count - _batchMax);
        }
    }

    /// <summary>A folder that is being gone through.</summary>
    private sealed class Level(byte[] path)
    {
        public byte[] Path => path;

        /// <summary>Names up to this one have been met, if <see cref="IsBehind"/>.</summary>
        public byte[] After { get; set; } = [];

        public bool IsBehind { get; set; }

        public List<(byte[] Name, FileKind? Kind)> Names { get; set; } = [];

        public int Next { get; set; }

        /// <summary>There are no names behind those of this batch.</summary>
        public bool IsRead { get; set; }

        public byte[] PathOf(byte[] name) => path.Length == 0 ? name : [.. path, (byte)'/', .. name];
    }
}
