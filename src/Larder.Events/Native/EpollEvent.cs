using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Larder.Events.Native;

/// <summary>
/// Access to struct epoll_event, which the kernel packs to 12 bytes on x86-64 and lays out in 16 bytes elsewhere
/// (epoll_ctl(2); include/uapi/linux/eventpoll.h, EPOLL_PACKED).
/// </summary>
internal static unsafe class EpollEvent
{
    public const int SizeMax = 16;

    public const uint In = 0x001;
    public const uint Out = 0x004;
    public const uint Error = 0x008;
    public const uint HangUp = 0x010;
    public const uint ReadHangUp = 0x2000;
    public const uint Exclusive = 1u << 28;
    public const uint OneShot = 1u << 30;
    public const uint EdgeTriggered = 1u << 31;

    public static readonly int Size = RuntimeInformation.ProcessArchitecture == Architecture.X64 ? 12 : 16;
    private static readonly int s_dataOffset = Size - 8;

    public static void Write(byte* at, uint events, ulong data)
    {
        Unsafe.WriteUnaligned(at, events);
        Unsafe.WriteUnaligned(at + s_dataOffset, data);
    }

    public static uint Events(byte* at) => Unsafe.ReadUnaligned<uint>(at);

    public static ulong Data(byte* at) => Unsafe.ReadUnaligned<ulong>(at + s_dataOffset);
}
