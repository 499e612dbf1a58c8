using System.IO.MemoryMappedFiles;

namespace Larder.Client.ServerList;

/// <summary>One file with a shared list, mapped.</summary>
internal sealed class ServerListMap : IDisposable
{
    private readonly MemoryMappedFile _file;
    private readonly MemoryMappedViewAccessor _view;

    private ServerListMap(MemoryMappedFile file, MemoryMappedFileAccess access)
    {
        _file = file;
        _view = file.CreateViewAccessor(0, 0, access);
    }

    /// <summary>Length of a slot.</summary>
    public int SlotLength { get; private init; }

    /// <summary>Makes a file with empty slots, whose generation is 0.</summary>
    /// <param name="path">Its path; there is no file of that name.</param>
    /// <param name="slotLength">Length of a slot.</param>
    /// <returns>The file, mapped for writing.</returns>
    public static ServerListMap Create(string path, int slotLength)
    {
        var stream = new FileStream(path, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.ReadWrite);
        stream.SetLength(ServerListFormat.PageLength + (2L * slotLength));
        MemoryMappedFile file = MemoryMappedFile.CreateFromFile(
            stream, null, 0, MemoryMappedFileAccess.ReadWrite, HandleInheritability.None, leaveOpen: false);
        ServerListMap map = new(file, MemoryMappedFileAccess.ReadWrite) { SlotLength = slotLength };
        map._view.Write(ServerListFormat.SlotLengthAt, slotLength);
        map._view.Write(ServerListFormat.VersionAt, ServerListFormat.Version);
        map._view.WriteArray(0, ServerListFormat.Magic.ToArray(), 0, ServerListFormat.Magic.Length);
        return map;
    }

    /// <summary>Opens a file.</summary>
    /// <param name="path">Its path.</param>
    /// <param name="access">For reading, or to tell its readers that it is not the one any more.</param>
    /// <returns>The file, or null if there is none or none that this version can read.</returns>
    public static ServerListMap? Open(string path, FileAccess access)
    {
        try
        {
            var stream = new FileStream(path, FileMode.Open, access, FileShare.ReadWrite | FileShare.Delete);
            int slotLength = ReadSlotLength(stream);
            if (slotLength == 0)
            {
                stream.Dispose();
                return null;
            }
            MemoryMappedFileAccess mapped = access == FileAccess.Read
                ? MemoryMappedFileAccess.Read
                : MemoryMappedFileAccess.ReadWrite;
            MemoryMappedFile file = MemoryMappedFile.CreateFromFile(
                stream, null, 0, mapped, HandleInheritability.None, leaveOpen: false);
            return new ServerListMap(file, mapped) { SlotLength = slotLength };
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>Reads a number of the page.</summary>
    /// <param name="offset">Where it stands, aligned.</param>
    /// <returns>The number.</returns>
    public ulong ReadLong(int offset) => _view.ReadUInt64(offset);

    /// <summary>Reads a number of the page.</summary>
    /// <param name="offset">Where it stands, aligned.</param>
    /// <returns>The number.</returns>
    public uint ReadInt(int offset) => _view.ReadUInt32(offset);

    /// <summary>Writes a number of the page.</summary>
    /// <param name="offset">Where it stands, aligned.</param>
    /// <param name="value">The number.</param>
    public void Write(int offset, ulong value) => _view.Write(offset, value);

    /// <summary>Writes a number of the page.</summary>
    /// <param name="offset">Where it stands, aligned.</param>
    /// <param name="value">The number.</param>
    public void Write(int offset, uint value) => _view.Write(offset, value);

    /// <summary>Reads bytes of the page.</summary>
    /// <param name="offset">Where they stand.</param>
    /// <param name="bytes">Receives them.</param>
    public void Read(int offset, byte[] bytes) => _view.ReadArray(offset, bytes, 0, bytes.Length);

    /// <summary>Writes bytes of the page.</summary>
    /// <param name="offset">Where they stand.</param>
    /// <param name="bytes">The bytes.</param>
    public void Write(int offset, byte[] bytes) => _view.WriteArray(offset, bytes, 0, bytes.Length);

    /// <summary>Copies the slot of a generation, which may be written at the same time.</summary>
    /// <param name="generation">The generation.</param>
    /// <param name="slot">Receives <see cref="SlotLength"/> bytes.</param>
    public void ReadSlot(ulong generation, byte[] slot) => _view.ReadArray(SlotAt(generation), slot, 0, SlotLength);

    /// <summary>Writes the slot of a generation.</summary>
    /// <param name="generation">The generation.</param>
    /// <param name="slot">Its bytes.</param>
    /// <param name="length">How many of them.</param>
    public void WriteSlot(ulong generation, byte[] slot, int length) =>
        _view.WriteArray(SlotAt(generation), slot, 0, length);

    /// <inheritdoc/>
    public void Dispose()
    {
        _view.Dispose();
        _file.Dispose();
    }

    private long SlotAt(ulong generation) => ServerListFormat.PageLength + ((long)(generation & 1) * SlotLength);

    // Mapped memory beyond the end of a file is a signal, not an exception: its length is checked before it is mapped.
    private static int ReadSlotLength(FileStream stream)
    {
        Span<byte> head = stackalloc byte[ServerListFormat.GenerationAt];
        if (stream.ReadAtLeast(head, head.Length, throwOnEndOfStream: false) < head.Length
            || !head.StartsWith(ServerListFormat.Magic)
            || BitConverter.ToUInt32(head[ServerListFormat.VersionAt..]) != ServerListFormat.Version)
            return 0;
        uint length = BitConverter.ToUInt32(head[ServerListFormat.SlotLengthAt..]);
        bool isWhole = length is > 0 and <= ServerListFormat.SlotLengthMax
            && stream.Length >= ServerListFormat.PageLength + (2L * length);
        return isWhole ? (int)length : 0;
    }
}
