using Larder.Events.Files;
using Larder.Objects.Digesting;

namespace Larder.Objects.Serving;

/// <summary>
/// An opened file with what an answer says of it: kept by <see cref="HotFiles"/>, used by several connections at a
/// time. Its descriptor is closed when the last of them has let go. Thread-safe.
/// </summary>
internal sealed class HotFile
{
    private readonly OpenedFile? _file;
    private int _users = 1; // owner: interlocked; 0 = closed

    /// <param name="file">Null for one that exists in memory only.</param>
    /// <param name="status">Of the file.</param>
    /// <param name="digest">What was stored of its digests.</param>
    /// <param name="content">All bytes; needed without a file.</param>
    public HotFile(OpenedFile? file, in FileStatus status, StoredDigest? digest, byte[]? content)
    {
        _file = file;
        Status = status;
        Digest = digest;
        Content = content;
        Texts = new ObjectTexts(status, digest);
    }

    /// <summary>The descriptor; while it is held.</summary>
    public OpenedFile File => _file!;

    /// <summary>The file when it was opened; true as long as the path still leads to the same.</summary>
    public FileStatus Status { get; }

    /// <summary>What was stored of its digests, if that is of these bytes.</summary>
    public StoredDigest? Digest { get; }

    /// <summary>All bytes of a small file; null for others.</summary>
    public byte[]? Content { get; }

    /// <summary>What the head of an answer says.</summary>
    public ObjectTexts Texts { get; }

    /// <summary>Set by each use, cleared by the hand that looks for what to give up; races lose a look.</summary>
    public bool WasUsed { get; set; }

    /// <summary>Holds it; false when it is closed already.</summary>
    public bool TryHold()
    {
        int users = Volatile.Read(ref _users);
        while (users > 0)
        {
            int seen = Interlocked.CompareExchange(ref _users, users + 1, users);
            if (seen == users)
            {
                return true;
            }
            users = seen;
        }
        return false;
    }

    /// <summary>Lets go; the last one closes it.</summary>
    public void Release()
    {
        if (Interlocked.Decrement(ref _users) == 0)
        {
            _file?.Dispose();
        }
    }
}
