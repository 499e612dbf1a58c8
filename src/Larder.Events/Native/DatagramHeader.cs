using System.Runtime.InteropServices;

namespace Larder.Events.Native;

/// <summary>struct mmsghdr of recvmmsg(2) and sendmmsg(2) on 64-bit Linux: 64 bytes, checked by a test.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct DatagramHeader
{
    public MessageHeader Message;
    public uint Length; // bytes received, or sent
}
