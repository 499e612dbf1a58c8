using System.Runtime.InteropServices;

namespace Larder.Events.Native;

/// <summary>The one name of a file: absolute, without links and dots (realpath(3)).</summary>
public static unsafe partial class RealPath
{
    private const int PathMax = 4096; // PATH_MAX of Linux, the zero byte included

    /// <summary>The name of what stands at a path; null when nothing is there or it may not be looked at.</summary>
    public static string? Of(string path)
    {
        byte* buffer = stackalloc byte[PathMax];
        nint text = Marshal.StringToCoTaskMemUTF8(path);
        byte* found = realpath((byte*)text, buffer);
        Marshal.FreeCoTaskMem(text);
        return found == null ? null : Marshal.PtrToStringUTF8((nint)found);
    }

    [LibraryImport("libc")] private static partial byte* realpath(byte* path, byte* resolved);
}
