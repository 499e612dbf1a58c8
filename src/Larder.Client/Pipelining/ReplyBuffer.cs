using System.Buffers;

namespace Larder.Client.Pipelining;

/// <summary>
/// A value that its caller has not disposed of yet. It is used again, so each loan has a number: a second Dispose of a
/// loan that was over does nothing.
/// </summary>
internal sealed class ReplyBuffer
{
    private byte[] _array = [];
    private int _loan; // owner: interlocked

    private ReplyBuffer()
    {
    }

    public int Loan => Volatile.Read(ref _loan);

    public int Length { get; private set; }

    /// <summary>Copies a value.</summary>
    public static ReplyBuffer Of(ReadOnlySpan<byte> value)
    {
        ReplyBuffer buffer = Recycler<ReplyBuffer>.TryTake() ?? new ReplyBuffer();
        buffer._array = value.IsEmpty ? [] : ArrayPool<byte>.Shared.Rent(value.Length);
        buffer.Length = value.Length;
        value.CopyTo(buffer._array);
        return buffer;
    }

    /// <exception cref="ObjectDisposedException">The loan is over.</exception>
    public Memory<byte> Read(int loan)
    {
        ObjectDisposedException.ThrowIf(Loan != loan, typeof(CacheValue));
        return _array.AsMemory(0, Length);
    }

    public void Return(int loan)
    {
        if (Interlocked.CompareExchange(ref _loan, loan + 1, loan) != loan) return;
        if (_array.Length > 0) ArrayPool<byte>.Shared.Return(_array);
        _array = [];
        Recycler<ReplyBuffer>.Keep(this);
    }
}
