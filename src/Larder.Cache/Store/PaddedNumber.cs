using System.Runtime.InteropServices;

namespace Larder.Cache.Store;

/// <summary>A number that many read and few write, away from the lines of what is written often.</summary>
[StructLayout(LayoutKind.Explicit, Size = 2 * LineSize)]
internal struct PaddedNumber
{
    private const int LineSize = 64;

    [FieldOffset(LineSize)]
    public uint Value;
}
