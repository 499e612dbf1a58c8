using System.Runtime.InteropServices;

namespace Larder.Events.Tests.Support;

/// <summary>A second descriptor for the same open socket, as another process has it.</summary>
internal static partial class Duplicate
{
    public static int Of(int fd)
    {
        int copy = dup(fd);
        Assert.True(copy >= 0);
        return copy;
    }

    [LibraryImport("libc")] private static partial int dup(int fd);
}
