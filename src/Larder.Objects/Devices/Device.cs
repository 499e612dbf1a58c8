using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using Larder.Events.Driving;
using Larder.Events.Files;
using Larder.Events.Native;
using Larder.Objects.Usage;

namespace Larder.Objects.Devices;

/// <summary>
/// One disk of the store, <c>devN</c> below the root: its folder, the queue of those who want something from it, its
/// health. All that touches the disk passes here, where it is measured.
/// </summary>
/// <remarks>
/// Operations may block; whoever calls them has a slot of <see cref="Queue"/>, or holds the device
/// (<see cref="TryHold"/>), as the device's own loops do. Any thread.
/// <code>
///   in use --Retire: the queue is closed, who waits is refused--> those with slots and holds end --> closed
/// </code>
/// The folder's descriptor is closed only then: none is used after it was closed.
/// </remarks>
public sealed class Device : IDisposable
{
    /// <summary>The largest number that a tracker gives to a device (three bytes).</summary>
    public const int NumberMax = 0xFFFFFF;

    /// <summary>Stands for the root folder itself: what lies beside the devices can be read and removed.</summary>
    public const int RootNumber = -1;

    /// <summary>Files that wait for the scrubber; what does not fit is found when it comes by.</summary>
    private const int SuspectsMax = 1_000;

    private readonly FolderHandle _root;
    private readonly DeviceOptions _options;
    private readonly ConcurrentQueue<IDisposable> _left = new(); // one for each connection that was closed, at most
    private readonly ConcurrentQueue<byte[]> _suspects = new(); // at most SuspectsMax, and one for each worker
    private readonly ConcurrentQueue<IDisposable> _closedWith = new(); // some duties
    private Holds _holds; // not readonly: a mutable struct; one hold is the queue's
    private int _isRetired;         // owner: interlocked
    private volatile bool _isClosed;
    private volatile bool _isMisplaced; // owner: the device's own loop

    private Device(int number, string path, FolderHandle root, in FileStatus identity, DeviceOptions options)
    {
        Number = number;
        Path = path;
        Identity = identity;
        _root = root;
        _options = options;
        Health = new DeviceHealth(options);
        Room = new DeviceRoom(options.ReserveBytes);
        Names = new NameQueues(Name, options.WaitersMax);
        Locks = options.SharesNames ? new NameLocks(this) : null;
        Queue = new DeviceQueue(Name, Math.Max(options.Slots, 1), options.WaitersMax);
        Group = options.Sync == SyncPolicy.Group ? new GroupSync($"larder-sync-{Name}", SyncAll) : null;
    }

    /// <summary>N of <c>devN</c>.</summary>
    public int Number { get; }

    /// <summary><c>devN</c>, or <c>root</c>.</summary>
    public string Name => Number == RootNumber ? "root" : $"dev{Number.ToString(CultureInfo.InvariantCulture)}";

    /// <summary>The folder's absolute path.</summary>
    public string Path { get; }

    /// <summary>The folder when it was opened: another mount in its place has another identity.</summary>
    public FileStatus Identity { get; }

    /// <summary>Who may be at the device.</summary>
    public DeviceQueue Queue { get; }

    /// <summary>Who may exchange an object; waited for before <see cref="Queue"/>, never after.</summary>
    public NameQueues Names { get; }

    /// <summary>The same between processes; null when there is only one.</summary>
    internal NameLocks? Locks { get; }

    /// <summary>What it does and fails to do.</summary>
    public DeviceHealth Health { get; }

    /// <summary>Called, on any thread, when no descriptor was left for a file; set when the device is found.</summary>
    internal Action DescriptorsShort { get; set; } = static () => { };

    /// <summary>What fits onto it.</summary>
    public DeviceRoom Room { get; }

    /// <summary>Pieces of work left by others that wait for the device's own loop.</summary>
    public int Left => _left.Count;

    /// <summary>How full it is.</summary>
    public DeviceUsage Usage { get; } = new();

    /// <summary>What a PUT waits for.</summary>
    public SyncPolicy SyncPolicy => _options.Sync;

    /// <summary>Syncs for all who wait; null unless the policy asks for it.</summary>
    public GroupSync? Group { get; }

    /// <summary>Nothing is stored or removed.</summary>
    public bool IsReadOnly => _options.IsReadOnly;

    /// <summary>
    /// Whether something may be stored or removed; asked before anything is done, needs no slot.
    /// </summary>
    public WriteVerdict Writes => IsReadOnly ? WriteVerdict.ReadOnly
        : Health.IsInService ? WriteVerdict.Accepted : WriteVerdict.OutOfService;

    /// <summary>The folder of what is stored.</summary>
    internal LastFolder Parents { get; } = new();

    /// <summary>The folder itself, for what is not measured.</summary>
    internal FolderHandle Root => _root;

    /// <summary>Where a device lies.</summary>
    /// <param name="root">The store's root.</param>
    /// <param name="number">N of <c>devN</c>, or <see cref="RootNumber"/>.</param>
    public static string PathOf(string root, int number) => number == RootNumber ? root
        : System.IO.Path.Join(root, "dev" + number.ToString(CultureInfo.InvariantCulture));

    /// <summary>Opens the folder of a device.</summary>
    /// <param name="root">The store's root.</param>
    /// <param name="number">N of <c>devN</c>, or <see cref="RootNumber"/>.</param>
    /// <param name="options">Of all devices.</param>
    /// <param name="device">Null when the result is an error.</param>
    public static SysResult Open(string root, int number, DeviceOptions options, out Device? device)
    {
        device = null;
        FolderHandle? folder = null;
        FileStatus identity = default;
        Errno fault = options.Faults?.Before(number, DeviceOperation.Find) ?? Errno.None;
        SysResult result = fault != Errno.None ? SysResult.Fail(fault)
            : OpenPlace(PathOf(root, number), out folder, out identity);
        if (!result.IsError)
        {
            device = new Device(number, PathOf(root, number), folder!, identity, options);
        }
        return result;
    }

    /// <summary>
    /// Whether something else was found at its path, or nothing: another file system was mounted, or the folder was
    /// removed.
    /// </summary>
    public bool IsMisplaced => _isMisplaced;

    /// <summary>
    /// Looks whether something else lies at its path by now. When the path cannot be asked about, it is the same disk
    /// that fails. Touches the disk.
    /// </summary>
    public void NotePlace()
    {
        FolderHandle? folder = null;
        FileStatus now = default;
        DeviceCall call = Health.Begin(DeviceOperation.Status);
        SysResult result = Ended(call, Fails(DeviceOperation.Status, out SysResult fault) ? fault
            : OpenPlace(Path, out folder, out now));
        folder?.Dispose();
        _isMisplaced = result.IsError ? result.Errno is Errno.NoEntry or Errno.NotFolder or Errno.TooManySymbolicLinks
            : now.Inode != Identity.Inode || now.Device != Identity.Device;
    }

    /// <summary>
    /// Keeps the device's folder open for one who works on it without a slot; false when it is closed already.
    /// </summary>
    public bool TryHold() => _holds.TryAdd();

    /// <summary>Ends a hold; the last one closes the folder.</summary>
    public void Release()
    {
        if (_holds.Remove())
        {
            Parents.Dispose();
            Locks?.Dispose();
            _isClosed = true;
            CloseLeft();
            while (_closedWith.TryDequeue(out IDisposable? other))
            {
                other.Dispose();
            }
            _root.Dispose();
        }
    }

    /// <summary>
    /// Closes what a connection has left: at once, or by the device's own loop while the device does not answer, since
    /// the last close of a file without a name frees its room on the disk.
    /// </summary>
    public void Close(IDisposable left)
    {
        if (Health.IsResponsive)
        {
            left.Dispose();
            return;
        }
        _left.Enqueue(left);
        if (_isClosed) // pairs with Release, which empties the queue behind this
        {
            CloseLeft();
        }
    }

    /// <summary>Lets the scrubber look at a file next: it was read, and is not what was stored. Bounded.</summary>
    public void Suspect(ReadOnlySpan<byte> path)
    {
        if (_suspects.Count < SuspectsMax)
        {
            _suspects.Enqueue(path.ToArray());
        }
    }

    /// <summary>Takes a file that is suspected; the device's own loop.</summary>
    internal bool TryTakeSuspect([NotNullWhen(true)] out byte[]? path) => _suspects.TryDequeue(out path);

    /// <summary>Closes something of the device's own loop with the device, when the loop has left.</summary>
    internal void CloseWith(IDisposable other) => _closedWith.Enqueue(other);

    /// <summary>Closes what others have left; the device's own loop.</summary>
    internal void CloseLeft()
    {
        while (_left.TryDequeue(out IDisposable? left))
        {
            left.Dispose();
        }
    }

    /// <summary>Opens a file to be read; links that lead out of the device only if the options allow it.</summary>
    public SysResult OpenFile(ReadOnlySpan<byte> path, out OpenedFile? file)
    {
        file = null;
        DeviceCall call = Health.Begin(DeviceOperation.Open);
        return Ended(call, Fails(DeviceOperation.Open, out SysResult fault) ? fault
            : _root.OpenFile(path, _options.FollowsLinksOut, out file));
    }

    /// <summary>
    /// Asks about a path, following links wherever they lead: to be compared with what was opened before.
    /// </summary>
    public SysResult Status(ReadOnlySpan<byte> path, out FileStatus status)
    {
        status = default;
        DeviceCall call = Health.Begin(DeviceOperation.Status);
        return Ended(call, Fails(DeviceOperation.Status, out SysResult fault) ? fault
            : _root.Status(path, out status));
    }

    /// <summary>Asks about an entry of a folder of this device; a symbolic link is itself.</summary>
    public SysResult StatusOfEntry(FolderHandle folder, ReadOnlySpan<byte> name, out FileStatus status)
    {
        status = default;
        DeviceCall call = Health.Begin(DeviceOperation.Status);
        return Ended(call, Fails(DeviceOperation.Status, out SysResult fault) ? fault
            : folder.StatusOfEntry(name, out status));
    }

    /// <summary>Asks about an opened folder of this device.</summary>
    internal SysResult StatusOfFolder(FolderHandle folder, out FileStatus status)
    {
        status = default;
        DeviceCall call = Health.Begin(DeviceOperation.Status);
        return Ended(call, Fails(DeviceOperation.Status, out SysResult fault) ? fault
            : folder.Status(default, out status));
    }

    /// <summary>Asks about an opened file.</summary>
    public SysResult Status(OpenedFile file, out FileStatus status)
    {
        status = default;
        DeviceCall call = Health.Begin(DeviceOperation.Status);
        return Ended(call, Fails(DeviceOperation.Status, out SysResult fault) ? fault : file.Status(out status));
    }

    /// <summary>Reads at a position; fewer bytes than asked for at the file's end only.</summary>
    public SysResult Read(OpenedFile file, Span<byte> into, long offset)
    {
        DeviceCall call = Health.Begin(DeviceOperation.Read);
        return Ended(call, Fails(DeviceOperation.Read, out SysResult fault) ? fault : file.Read(into, offset));
    }

    /// <summary>As <see cref="Read"/>, while the disk has nothing else to do.</summary>
    public SysResult ReadIdly(OpenedFile file, Span<byte> into, long offset)
    {
        DeviceCall call = Health.Begin(DeviceOperation.IdleRead);
        using (IoPriority.Idle())
        {
            return Ended(call, Fails(DeviceOperation.IdleRead, out SysResult fault) ? fault : file.Read(into, offset));
        }
    }

    /// <summary>Begins a read that is done past this class: bytes that are sent from the file.</summary>
    /// <param name="fault">An error: the read is not to be done. <see cref="EndRead"/> follows all the same.</param>
    public DeviceCall BeginRead(out SysResult fault)
    {
        DeviceCall call = Health.Begin(DeviceOperation.Read);
        Fails(DeviceOperation.Read, out fault);
        return call;
    }

    /// <summary>Notes how a read ended that was done past this class.</summary>
    public void EndRead(DeviceCall call, SysResult result) => Ended(call, result);

    /// <summary>Writes all bytes at a position.</summary>
    public SysResult Write(OpenedFile file, ReadOnlySpan<byte> bytes, long offset)
    {
        DeviceCall call = Health.Begin(DeviceOperation.Write);
        return Ended(call, Fails(DeviceOperation.Write, out SysResult fault) ? fault : file.Write(bytes, offset));
    }

    /// <summary>Reserves room for a file whose length is known; a file system that cannot is no failure.</summary>
    public SysResult Allocate(OpenedFile file, long bytes)
    {
        DeviceCall call = Health.Begin(DeviceOperation.Write);
        SysResult result = Ended(call, Fails(DeviceOperation.Write, out SysResult fault) ? fault
            : file.Allocate(bytes));
        return result.IsError && result.Errno is Errno.NotSupported ? SysResult.Ok(0) : result;
    }

    /// <summary>Keeps a value with a file.</summary>
    public SysResult SetAttribute(OpenedFile file, ReadOnlySpan<byte> name, ReadOnlySpan<byte> value)
    {
        DeviceCall call = Health.Begin(DeviceOperation.Attribute);
        return Ended(call, Fails(DeviceOperation.Attribute, out SysResult fault) ? fault
            : file.SetAttribute(name, value));
    }

    /// <summary>Takes away a value that is kept with a file, if there is one.</summary>
    public SysResult RemoveAttribute(OpenedFile file, ReadOnlySpan<byte> name)
    {
        DeviceCall call = Health.Begin(DeviceOperation.Attribute);
        SysResult result = Ended(call, Fails(DeviceOperation.Attribute, out SysResult fault) ? fault
            : file.RemoveAttribute(name));
        return result.IsError && result.Errno is Errno.NoData or Errno.NotSupported ? SysResult.Ok(0) : result;
    }

    /// <summary>Reads a value that is kept with a file.</summary>
    public SysResult GetAttribute(OpenedFile file, ReadOnlySpan<byte> name, Span<byte> into)
    {
        DeviceCall call = Health.Begin(DeviceOperation.Attribute);
        return Ended(call, Fails(DeviceOperation.Attribute, out SysResult fault) ? fault
            : file.GetAttribute(name, into));
    }

    /// <summary>
    /// Opens the folder that a file lies in, and makes the missing ones on the way if asked to; never the device's own.
    /// </summary>
    /// <param name="path">Of the file, below the device.</param>
    /// <param name="makes">Whether missing folders are made.</param>
    /// <param name="folder">Null when the result is an error.</param>
    public SysResult OpenParent(ReadOnlySpan<byte> path, bool makes, out FolderHandle? folder)
    {
        folder = null;
        DeviceCall call = Health.Begin(DeviceOperation.Open);
        if (Fails(DeviceOperation.Open, out SysResult fault))
        {
            return Ended(call, fault);
        }
        ReadOnlySpan<byte> parent = path[..Math.Max(path.LastIndexOf((byte)'/'), 0)];
        SysResult result = _root.OpenFolder(parent, out folder);
        if (result.IsError && result.Errno == Errno.NoEntry && makes && !IsGone())
        {
            result = DeepFolder.Make(_root, parent, _options.FolderMode, out folder);
        }
        return Ended(call, result);
    }

    /// <summary>Makes a file without a name in a folder of this device.</summary>
    public SysResult CreateNameless(FolderHandle folder, out OpenedFile? file)
    {
        file = null;
        DeviceCall call = Health.Begin(DeviceOperation.CreateNameless);
        return Ended(call, Fails(DeviceOperation.CreateNameless, out SysResult fault) ? fault
            : folder.CreateNameless(_options.FileMode, out file));
    }

    /// <summary>Makes a file with a name in a folder of this device; EEXIST when there is one.</summary>
    public SysResult CreateFile(FolderHandle folder, ReadOnlySpan<byte> name, out OpenedFile? file)
    {
        file = null;
        DeviceCall call = Health.Begin(DeviceOperation.Create);
        return Ended(call, Fails(DeviceOperation.Create, out SysResult fault) ? fault
            : folder.CreateFile(name, _options.FileMode, out file));
    }

    /// <summary>Opens a file to be changed in place, and makes it if there is none.</summary>
    public SysResult OpenOrCreate(FolderHandle folder, ReadOnlySpan<byte> name, out OpenedFile? file)
    {
        file = null;
        DeviceCall call = Health.Begin(DeviceOperation.Create);
        return Ended(call, Fails(DeviceOperation.Create, out SysResult fault) ? fault
            : folder.OpenOrCreate(name, _options.FileMode, out file));
    }

    /// <summary>Waits for a byte of a file that other processes hold, and holds it.</summary>
    internal SysResult Lock(OpenedFile file, long at)
    {
        DeviceCall call = Health.Begin(DeviceOperation.Lock);
        return Ended(call, Fails(DeviceOperation.Lock, out SysResult fault) ? fault : file.LockByte(at));
    }

    /// <summary>Gives a nameless file a name; EEXIST when it is taken.</summary>
    public SysResult Link(OpenedFile file, FolderHandle folder, ReadOnlySpan<byte> name)
    {
        DeviceCall call = Health.Begin(DeviceOperation.Name);
        return Ended(call, Fails(DeviceOperation.Name, out SysResult fault) ? fault : folder.Link(file, name));
    }

    /// <summary>Renames within a folder, in place of what has the name.</summary>
    public SysResult Rename(FolderHandle folder, ReadOnlySpan<byte> from, ReadOnlySpan<byte> to)
    {
        DeviceCall call = Health.Begin(DeviceOperation.Name);
        return Ended(call, Fails(DeviceOperation.Name, out SysResult fault) ? fault : folder.Rename(from, to));
    }

    /// <summary>Removes the name that a path ends in, and notes what the disk has back.</summary>
    public SysResult Remove(ReadOnlySpan<byte> path)
    {
        SysResult result = OpenParent(path, makes: false, out FolderHandle? folder);
        if (result.IsError)
        {
            return result;
        }
        using (folder)
        {
            ReadOnlySpan<byte> name = path[(path.LastIndexOf((byte)'/') + 1)..];
            long bytes = BytesFreedWith(folder!, name);
            result = Remove(folder!, name);
            Usage.Add(result.IsError ? 0 : -bytes);
            return result;
        }
    }

    /// <summary>
    /// Bytes that the disk has back when an entry loses its name; 0 when there is none, or its file has other names.
    /// </summary>
    public long BytesFreedWith(FolderHandle folder, ReadOnlySpan<byte> name)
        => !StatusOfEntry(folder, name, out FileStatus status).IsError && status.Links == 1 ? status.BytesOnDisk : 0;

    /// <summary>Removes a file's name.</summary>
    public SysResult Remove(FolderHandle folder, ReadOnlySpan<byte> name)
    {
        DeviceCall call = Health.Begin(DeviceOperation.Name);
        return Ended(call, Fails(DeviceOperation.Name, out SysResult fault) ? fault : folder.Remove(name));
    }

    /// <summary>Waits until a file's bytes are on the disk.</summary>
    public SysResult Sync(OpenedFile file)
    {
        DeviceCall call = Health.Begin(DeviceOperation.Sync);
        return Ended(call, Fails(DeviceOperation.Sync, out SysResult fault) ? fault : file.SyncData());
    }

    /// <summary>Waits until the entries of the folder that a file lies in are on the disk.</summary>
    public SysResult SyncParent(ReadOnlySpan<byte> path)
    {
        DeviceCall call = Health.Begin(DeviceOperation.Sync);
        if (Fails(DeviceOperation.Sync, out SysResult fault))
        {
            return Ended(call, fault);
        }
        // The handle by which a file was made is not one to be synced (open(2), O_PATH).
        ReadOnlySpan<byte> parent = path[..Math.Max(path.LastIndexOf((byte)'/'), 0)];
        SysResult result = _root.OpenFolderToSync(parent, out FolderHandle? folder);
        using (folder)
        {
            return Ended(call, result.IsError ? result : folder!.Sync());
        }
    }

    /// <summary>Waits until all of its file system is on the disk; on a thread of its own, which holds it.</summary>
    public SysResult SyncAll()
    {
        if (!TryHold())
        {
            return SysResult.Fail(Errno.NoDevice);
        }
        DeviceCall call = Health.Begin(DeviceOperation.Sync);
        SysResult result = Ended(call, Fails(DeviceOperation.Sync, out SysResult fault) ? fault
            : _root.SyncFileSystem());
        Release();
        return result;
    }

    /// <summary>Asks for the room of its file system, and keeps the answer in <see cref="Room"/>.</summary>
    public SysResult Space(out SpaceStatus space)
    {
        space = default;
        long spent = Room.Spent; // what is spent while the kernel answers may be missing in its answer
        DeviceCall call = Health.Begin(DeviceOperation.Space);
        SysResult result = Ended(call, Fails(DeviceOperation.Space, out SysResult fault) ? fault
            : _root.Space(out space));
        if (!result.IsError)
        {
            Room.Refresh(space, spent);
        }
        return result;
    }

    /// <summary>
    /// Opens a folder of the device to read its entries; "" is the device's own.
    /// </summary>
    public SysResult OpenFolder(ReadOnlySpan<byte> path, out FolderHandle? folder)
    {
        folder = null;
        DeviceCall call = Health.Begin(DeviceOperation.Open);
        return Ended(call, Fails(DeviceOperation.Open, out SysResult fault) ? fault
            : _root.OpenFolderToSync(path, out folder));
    }

    /// <summary>Reads the next entries of a folder that <see cref="OpenFolder"/> opened.</summary>
    public SysResult List(FolderHandle folder, Span<byte> into)
    {
        DeviceCall call = Health.Begin(DeviceOperation.Read);
        return Ended(call, Fails(DeviceOperation.Read, out SysResult fault) ? fault : folder.List(into));
    }

    /// <summary>Moves a file's name to another folder of the device; EEXIST when it is taken there.</summary>
    public SysResult Move(FolderHandle from, ReadOnlySpan<byte> name, FolderHandle to, ReadOnlySpan<byte> newName)
    {
        DeviceCall call = Health.Begin(DeviceOperation.Name);
        return Ended(call, Fails(DeviceOperation.Name, out SysResult fault) ? fault
            : from.MoveTo(name, to, newName));
    }

    /// <summary>
    /// Gives the device up: nobody gets to it any more, and its folder is closed when the last one is done with it.
    /// Idempotent.
    /// </summary>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _isRetired, 1) == 0)
        {
            Group?.Dispose();
            Queue.Close(Release);
        }
    }

    private static SysResult OpenPlace(string path, out FolderHandle? folder, out FileStatus identity)
    {
        identity = default;
        SysResult result = FolderHandle.Open(path, out folder);
        if (!result.IsError)
        {
            result = folder!.Status(default, out identity);
        }
        if (result.IsError)
        {
            folder?.Dispose();
            folder = null;
        }
        return result;
    }

    /// <summary>The device's own folder was removed from under us: nothing is made in it any more.</summary>
    private bool IsGone() => _root.Status(default, out FileStatus status).IsError || status.Links == 0;

    private bool Fails(DeviceOperation operation, out SysResult fault)
    {
        Errno errno = _options.Faults?.Before(Number, operation) ?? Errno.None;
        fault = errno == Errno.None ? SysResult.Ok(0) : SysResult.Fail(errno);
        return errno != Errno.None;
    }

    private SysResult Ended(in DeviceCall call, SysResult result)
    {
        Health.End(call, result);
        if (result.IsError && result.Errno is Errno.TooManyFiles or Errno.FileTableFull)
        {
            DescriptorsShort();
        }
        return result;
    }
}
