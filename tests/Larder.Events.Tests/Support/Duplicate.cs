using Larder.Events.Native;

namespace Larder.Events.Tests.Support;

/// <summary>A second descriptor for the same open socket, as another process has it.</summary>
internal static class Duplicate
{
    private const int DuplicateFrom = 0; // F_DUPFD of fcntl(2)

    public static int Of(int fd)
    {
        int copy = Libc.fcntl(fd, DuplicateFrom, 0);
        Assert.True(copy >= 0);
        return copy;
    }
}
