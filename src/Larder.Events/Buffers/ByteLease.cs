namespace Larder.Events.Buffers;

/// <summary>
/// Bytes that somebody else owns and that are sent from where they lie. The owner keeps them unchanged until
/// <see cref="Release"/>.
/// </summary>
public readonly unsafe struct ByteLease
{
    private readonly byte* _pointer;
    private readonly ILeaseOwner _owner;
    private readonly long _token;

    /// <summary>Lends <paramref name="length"/> bytes at <paramref name="pointer"/>.</summary>
    public ByteLease(void* pointer, nint length, ILeaseOwner owner, long token)
    {
        _pointer = (byte*)pointer;
        Length = length;
        _owner = owner;
        _token = token;
    }

    /// <summary>How many bytes are lent.</summary>
    public nint Length { get; }

    internal byte* Pointer => _pointer;

    /// <summary>Gives the bytes back to their owner; exactly once.</summary>
    public void Release() => _owner.ReleaseLease(_token);
}
