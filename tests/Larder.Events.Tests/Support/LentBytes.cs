using System.Runtime.InteropServices;
using Larder.Events.Buffers;

namespace Larder.Events.Tests.Support;

/// <summary>Native bytes that a test lends, filled with a pattern (index modulo 251).</summary>
internal sealed unsafe class LentBytes : IDisposable
{
    private readonly int _length;
    private byte* _bytes;

    public LentBytes(int length)
    {
        _length = length;
        _bytes = (byte*)NativeMemory.Alloc((nuint)length);
        for (int i = 0; i < length; i++)
        {
            _bytes[i] = (byte)(i % 251);
        }
    }

    public ByteLease Lease(ILeaseOwner owner, long token = 0) => new(_bytes, _length, owner, token);

    public void Dispose()
    {
        NativeMemory.Free(_bytes);
        _bytes = null;
    }
}
