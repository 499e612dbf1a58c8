namespace Larder.Protocol.Scan;

/// <summary>
/// What may be a key: 1..250 bytes of anything but space and LF. Control characters and tabs are part of a key;
/// memcached documents them as forbidden and accepts them.
/// </summary>
public static class KeyRules
{
    /// <summary>The longest key in bytes (memcached's KEY_MAX_LENGTH).</summary>
    public const int LengthMax = 250;

    /// <summary>Whether a key of this many bytes is allowed.</summary>
    /// <param name="length">Bytes.</param>
    /// <returns>True for 1..250.</returns>
    public static bool IsValidLength(int length) => (uint)(length - 1) < LengthMax;
}
