using Larder.Events.Files;
using Larder.Objects.Digesting;

namespace Larder.Objects.Scrubbing;

/// <summary>The file that is being read.</summary>
internal sealed class ScrubFile(byte[] path, OpenedFile file, FileStatus status, StoredDigest? digest) : IDisposable
{
    private Crc32C _crc;

    public byte[] Path => path;

    public OpenedFile File => file;

    public FileStatus Status => status;

    /// <summary>What was stored; null: it is to get one.</summary>
    public StoredDigest? Digest => digest;

    public long Offset { get; private set; }

    /// <summary>What was read had another digest than what was stored, and is being read again.</summary>
    public bool IsSecondLook { get; private set; }

    public uint Found => _crc.Value;

    public void Append(ReadOnlySpan<byte> bytes)
    {
        _crc.Append(bytes);
        Offset += bytes.Length;
    }

    /// <summary>Reads it from its beginning once more, from the disk.</summary>
    public void LookAgain()
    {
        IsSecondLook = true;
        _crc = default;
        Offset = 0;
        file.WillNotReadAgain(0, 0);
    }

    /// <summary>Lets the kernel forget its bytes: clients did not ask for them.</summary>
    public void Dispose()
    {
        file.WillNotReadAgain(0, 0);
        file.Dispose();
    }
}
