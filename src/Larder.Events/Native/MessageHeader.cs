using System.Runtime.InteropServices;

namespace Larder.Events.Native;

/// <summary>struct msghdr of sendmsg(2) on 64-bit Linux: 56 bytes, checked by a test.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct MessageHeader
{
    public void* Name;
    public uint NameLength;
    public IoVector* Vectors;
    public nuint VectorCount;
    public void* Control;
    public nuint ControlLength;
    public int Flags;
}
