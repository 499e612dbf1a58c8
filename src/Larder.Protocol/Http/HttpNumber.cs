namespace Larder.Protocol.Http;

/// <summary>
/// Reads lengths and positions: digits only, without sign, space or leading zero, so that no two readers of a chain can
/// take the same text for two numbers.
/// </summary>
internal static class HttpNumber
{
    // Nineteen digits cannot overflow 64 bits.
    private const int DigitsMax = 19;

    /// <summary>Reads a number.</summary>
    /// <param name="text">The digits.</param>
    /// <param name="value">0..2^63-1, or 0 beside an error.</param>
    /// <returns>
    /// None, BadRequest for what is no number, InsufficientStorage for one above 2^63-1, as cmogstored answers them.
    /// </returns>
    public static HttpStatus Read(ReadOnlySpan<byte> text, out long value)
    {
        value = 0;
        if (text.IsEmpty || text.ContainsAnyExceptInRange((byte)'0', (byte)'9') || (text.Length > 1 && text[0] == '0'))
            return HttpStatus.BadRequest;
        if (text.Length > DigitsMax)
            return HttpStatus.InsufficientStorage;
        ulong sum = 0;
        foreach (byte digit in text)
            sum = (sum * 10) + (uint)(digit - '0');
        if (sum > long.MaxValue)
            return HttpStatus.InsufficientStorage;
        value = (long)sum;
        return HttpStatus.None;
    }
}
