using System.Runtime.InteropServices;

namespace Larder.Events.Native;

/// <summary>struct iovec of readv(2) and sendmsg(2).</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct IoVector
{
    public void* Base;
    public nuint Length;
}
