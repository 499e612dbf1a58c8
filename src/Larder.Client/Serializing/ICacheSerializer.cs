using System.Buffers;

namespace Larder.Client.Serializing;

/// <summary>
/// Turns values into bytes and back, for all types but byte arrays and strings, which go as they are. Any thread may
/// call it.
/// </summary>
public interface ICacheSerializer
{
    /// <summary>Writes a value.</summary>
    /// <typeparam name="T">The type that the caller named, perhaps a base of the value's.</typeparam>
    /// <param name="value">The value, perhaps null.</param>
    /// <param name="destination">Where to.</param>
    void Serialize<T>(T value, IBufferWriter<byte> destination);

    /// <summary>Reads a value.</summary>
    /// <typeparam name="T">The type that the caller named.</typeparam>
    /// <param name="bytes">What <see cref="Serialize"/> wrote, perhaps in another version of the program.</param>
    /// <returns>The value.</returns>
    T? Deserialize<T>(ReadOnlySpan<byte> bytes);
}
