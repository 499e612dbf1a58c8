using System.Runtime.InteropServices;

namespace Larder.Events.Native;

/// <summary>struct flock of fcntl(2) on 64-bit Linux.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct FileLock
{
    public short Kind;
    public short Whence; // 0 = from the file's beginning
    public long Start;
    public long Length;
    public int Process; // 0 for locks of an open file
}
