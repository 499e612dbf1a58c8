using System.Buffers;
using Larder.Client.Pipelining;

namespace Larder.Client;

/// <summary>
/// The result of a read with its value, in memory that <see cref="Dispose"/> gives back. What is not disposed of is
/// collected, only later.
/// </summary>
public readonly struct CacheValue : IMemoryOwner<byte>, IEquatable<CacheValue>
{
    private readonly ReplyBuffer? _buffer;
    private readonly int _loan;

    internal CacheValue(CacheResult result, ReplyBuffer? buffer)
    {
        Result = result;
        _buffer = buffer;
        _loan = buffer?.Loan ?? 0;
    }

    /// <summary>How the read ended.</summary>
    public CacheResult Result { get; }

    /// <summary>Whether the key was found.</summary>
    public bool IsHit => Result.IsHit;

    /// <summary>The value; empty without a hit.</summary>
    /// <exception cref="ObjectDisposedException">It was disposed of.</exception>
    public Memory<byte> Memory => _buffer?.Read(_loan) ?? default;

    /// <summary>The value; empty without a hit.</summary>
    /// <exception cref="ObjectDisposedException">It was disposed of.</exception>
    public ReadOnlySpan<byte> Span => Memory.Span;

    /// <summary>Whether both are the same result in the same memory.</summary>
    public static bool operator ==(CacheValue left, CacheValue right) => left.Equals(right);

    /// <summary>Whether they are not.</summary>
    public static bool operator !=(CacheValue left, CacheValue right) => !left.Equals(right);

    /// <inheritdoc/>
    public bool Equals(CacheValue other) =>
        ReferenceEquals(_buffer, other._buffer) && _loan == other._loan && Result == other.Result;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is CacheValue other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(_buffer, _loan, Result);

    /// <summary>Gives the memory back; a second time does nothing.</summary>
    public void Dispose() => _buffer?.Return(_loan);
}
