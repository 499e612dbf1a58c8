using System.Runtime.InteropServices;

namespace Larder.Events.Files;

/// <summary>
/// What <see cref="FolderHandle.List"/> has read, one entry after the other; "." and ".." are left out. Borrows the
/// bytes.
/// </summary>
/// <remarks>
/// <code>
///   struct linux_dirent64 (getdents64(2)): inode 8, offset 8, length of the record 2, type 1, name, zero byte
/// </code>
/// </remarks>
/// <param name="listed">The bytes that were read.</param>
public ref struct FolderEntries(ReadOnlySpan<byte> listed)
{
    /// <summary>One entry with the longest name needs no more.</summary>
    public const int BytesMin = 512;

    private const int LengthOffset = 16;
    private const int TypeOffset = 18;
    private const int NameOffset = 19;

    // The types of a struct dirent (readdir(3), d_type).
    private const byte TypeUnknown = 0;
    private const byte TypeFolder = 4;
    private const byte TypeRegular = 8;
    private const byte TypeLink = 10;

    private ReadOnlySpan<byte> _rest = listed;

    /// <summary>The name of the present entry.</summary>
    public ReadOnlySpan<byte> Name { get; private set; }

    /// <summary>What it is; null when the file system does not say so here.</summary>
    public FileKind? Kind { get; private set; }

    /// <summary>Goes on to the next entry; false behind the last.</summary>
    public bool MoveNext()
    {
        while (_rest.Length > NameOffset)
        {
            int length = MemoryMarshal.Read<ushort>(_rest[LengthOffset..]);
            ReadOnlySpan<byte> name = _rest[NameOffset..length];
            Name = name[..name.IndexOf((byte)0)];
            Kind = _rest[TypeOffset] switch
            {
                TypeRegular => FileKind.Regular,
                TypeFolder => FileKind.Folder,
                TypeLink => FileKind.Link,
                TypeUnknown => null,
                _ => FileKind.Special,
            };
            _rest = _rest[length..];
            if (!Name.SequenceEqual("."u8) && !Name.SequenceEqual(".."u8))
            {
                return true;
            }
        }
        return false;
    }
}
