namespace Larder.Protocol.Http;

/// <summary>A piece of an object that a GET asks for, resolved against its size.</summary>
/// <param name="First">The first byte, from 0.</param>
/// <param name="Last">The last byte, at least First and less than the object's size.</param>
public readonly record struct HttpRange(long First, long Last)
{
    /// <summary>Bytes of the piece, at least 1.</summary>
    public long Length => Last - First + 1;
}
