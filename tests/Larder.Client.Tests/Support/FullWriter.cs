using System.Buffers;

namespace Larder.Client.Tests.Support;

/// <summary>A writer without room.</summary>
internal sealed class FullWriter : IBufferWriter<byte>
{
    public void Advance(int count) => throw new InsufficientMemoryException();

    public Memory<byte> GetMemory(int sizeHint = 0) => throw new InsufficientMemoryException();

    public Span<byte> GetSpan(int sizeHint = 0) => throw new InsufficientMemoryException();
}
