using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Larder.Events.Native;

/// <summary>
/// Private anonymous memory straight from the kernel, for those who must know what is mapped and give it back: zeroed,
/// off the managed heap, owned by the caller until <see cref="Unmap"/>. Any thread.
/// </summary>
public static unsafe partial class MappedMemory
{
    private const string Library = "libc";
    private const int ProtReadWrite = 3;
    private const int MapPrivateAnonymous = 0x22;
    private const int MadviseDontNeed = 4;
    private const int MadviseHugePage = 14;
    private const int MadvisePopulateWrite = 23;

    /// <summary>Size of a huge page in bytes (x86-64 and arm64 with pages of 4 KiB).</summary>
    public const int HugePageSize = 2 << 20;

    /// <summary>Size of a page in bytes.</summary>
    public static int PageSize { get; } = Environment.SystemPageSize;

    /// <summary>Rounds up to whole pages.</summary>
    public static nuint WholePages(nuint bytes)
    {
        nuint page = (nuint)PageSize;
        return (bytes + page - 1) & ~(page - 1);
    }

    /// <summary>Maps whole pages at an address that is a multiple of <paramref name="alignment"/>.</summary>
    /// <param name="bytes">A multiple of the page size, not 0.</param>
    /// <param name="alignment">A power of two, at least the page size.</param>
    /// <returns>The address, or null when the system has no memory (mmap(2): ENOMEM).</returns>
    public static byte* Map(nuint bytes, nuint alignment)
    {
        nuint page = (nuint)PageSize;
        Debug.Assert(bytes > 0 && bytes % page == 0, "whole pages");
        Debug.Assert(alignment >= page && nuint.IsPow2(alignment), "alignment is a power of two");
        nuint span = bytes + alignment - page;
        nint address = mmap(0, span, ProtReadWrite, MapPrivateAnonymous, -1, 0);
        if (address == -1) return null;

        // More than needed was mapped, so that an aligned stretch lies inside; the ends go back.
        nuint start = ((nuint)address + alignment - 1) & ~(alignment - 1);
        nuint before = start - (nuint)address;
        nuint after = span - before - bytes;
        if (before > 0) Unmap((byte*)address, before);
        if (after > 0) Unmap((byte*)(start + bytes), after);
        return (byte*)start;
    }

    /// <summary>Gives mapped pages back; nobody may use them any more.</summary>
    public static void Unmap(byte* start, nuint bytes)
    {
        // munmap of pages that we own fails only when it would split a mapping beyond the kernel's limit of mappings;
        // the pages then stay ours and unused.
        int result = munmap((nint)start, bytes);
        Debug.Assert(result == 0, "munmap of own pages");
    }

    /// <summary>
    /// Gives the memory of mapped pages back and keeps their addresses, where zeros are found from now on
    /// (MADV_DONTNEED).
    /// </summary>
    public static void Discard(byte* start, nuint bytes)
    {
        int result = madvise((nint)start, bytes, MadviseDontNeed);
        Debug.Assert(result == 0, "madvise of own pages");
    }

    /// <summary>
    /// Touches all pages at once, so that later writes meet no page fault (MADV_POPULATE_WRITE, Linux 5.14). A hint:
    /// without it the pages come with their first write.
    /// </summary>
    public static void Populate(byte* start, nuint bytes) => _ = madvise((nint)start, bytes, MadvisePopulateWrite);

    /// <summary>Asks for huge pages (MADV_HUGEPAGE). A hint; worth it from 2 MiB on.</summary>
    public static void PreferHugePages(byte* start, nuint bytes) => _ = madvise((nint)start, bytes, MadviseHugePage);

    [LibraryImport(Library)]
    private static partial nint mmap(nint address, nuint length, int protection, int flags, int fd, nint offset);

    [LibraryImport(Library)]
    private static partial int munmap(nint address, nuint length);

    [LibraryImport(Library)]
    private static partial int madvise(nint address, nuint length, int advice);
}
