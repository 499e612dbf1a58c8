using Larder.Events.Files;
using Larder.Objects.Devices;
using Larder.Objects.Digesting;

namespace Larder.Objects.Serving;

/// <summary>
/// A file with what an answer says of it, and either its descriptor or all its bytes: kept by <see cref="HotFiles"/>,
/// used by several connections at a time. A descriptor is closed when the last of them has let go. Thread-safe.
/// </summary>
internal sealed class HotFile : IDisposable
{
    /// <summary>
    /// What one takes in memory beside its bytes: the sum of the objects' sizes (path, texts, digest, status, its
    /// places in the dictionary and behind the hand), rounded up.
    /// </summary>
    private const int OverheadBytes = 640;

    private Holds _holds; // not readonly: a mutable struct

    /// <param name="file">
    /// Its own from now on, closed at once if there is a content; null for one that exists in memory only.
    /// </param>
    /// <param name="status">As it was opened.</param>
    /// <param name="digest">Of these bytes, or null.</param>
    /// <param name="content">All bytes, or null.</param>
    public HotFile(OpenedFile? file, in FileStatus status, StoredDigest? digest, byte[]? content)
    {
        if (content == null)
        {
            File = file;
        }
        else
        {
            file?.Dispose();
        }
        Status = status;
        Digest = digest;
        Content = content;
        Texts = new ObjectTexts(status, digest);
    }

    /// <summary>The descriptor, while it is held; null when <see cref="Content"/> has the bytes.</summary>
    public OpenedFile? File { get; }

    /// <summary>The file when it was opened; true as long as the path still leads to the same.</summary>
    public FileStatus Status { get; }

    /// <summary>What was stored of its digests, if that is of these bytes.</summary>
    public StoredDigest? Digest { get; }

    /// <summary>All bytes of a small file; null for others.</summary>
    public byte[]? Content { get; }

    /// <summary>Bytes of memory that it takes when it is kept for its contents.</summary>
    public int MemoryBytes => OverheadBytes + (Content?.Length ?? 0);

    /// <summary>What the head of an answer says.</summary>
    public ObjectTexts Texts { get; }

    /// <summary>Set by each use, cleared by the hand that looks for what to give up; races lose a look.</summary>
    public bool WasUsed { get; set; }

    /// <summary>Its bytes were compared with the digest since it was opened, and are those.</summary>
    public bool IsVerified { get; set; }

    /// <summary>Holds it; false when it is closed already.</summary>
    public bool TryHold() => _holds.TryAdd();

    /// <summary>Lets go; the last one closes it.</summary>
    public void Release()
    {
        if (_holds.Remove())
        {
            File?.Dispose();
        }
    }

    /// <inheritdoc cref="Release"/>
    void IDisposable.Dispose() => Release();
}
