namespace Larder.Protocol.Text;

/// <summary>
/// The fixed replies of the classic and meta protocols, with CR LF, as constants in the program's image.
/// </summary>
public static class TextReplies
{
    /// <summary>The longest of them, in bytes.</summary>
    public const int LengthMax = 80;

    /// <summary>A value was stored.</summary>
    public static ReadOnlySpan<byte> Stored => "STORED\r\n"u8;
    /// <summary>The condition of add, replace, append or prepend was not met.</summary>
    public static ReadOnlySpan<byte> NotStored => "NOT_STORED\r\n"u8;
    /// <summary>cas: the item has changed.</summary>
    public static ReadOnlySpan<byte> Exists => "EXISTS\r\n"u8;
    /// <summary>No such item.</summary>
    public static ReadOnlySpan<byte> NotFound => "NOT_FOUND\r\n"u8;
    /// <summary>An item was deleted.</summary>
    public static ReadOnlySpan<byte> Deleted => "DELETED\r\n"u8;
    /// <summary>An item got a new exptime.</summary>
    public static ReadOnlySpan<byte> Touched => "TOUCHED\r\n"u8;
    /// <summary>The end of values or statistics.</summary>
    public static ReadOnlySpan<byte> End => "END\r\n"u8;
    /// <summary>Done.</summary>
    public static ReadOnlySpan<byte> Ok => "OK\r\n"u8;
    /// <summary>The statistics were reset.</summary>
    public static ReadOnlySpan<byte> Reset => "RESET\r\n"u8;
    /// <summary>Unknown command.</summary>
    public static ReadOnlySpan<byte> Error => "ERROR\r\n"u8;
    /// <summary>The line is wrong.</summary>
    public static ReadOnlySpan<byte> BadLine => RequestErrors.Line(RequestError.BadLine);
    /// <summary>The data block does not end in CR LF.</summary>
    public static ReadOnlySpan<byte> BadDataChunk => "CLIENT_ERROR bad data chunk\r\n"u8;
    /// <summary>incr, decr, ma: the item holds no number.</summary>
    public static ReadOnlySpan<byte> NonNumeric =>
        "CLIENT_ERROR cannot increment or decrement non-numeric value\r\n"u8;
    /// <summary>flush_all is switched off.</summary>
    public static ReadOnlySpan<byte> FlushNotAllowed => "CLIENT_ERROR flush_all not allowed\r\n"u8;
    /// <summary>shutdown is switched off.</summary>
    public static ReadOnlySpan<byte> ShutdownNotEnabled => "SERVER_ERROR: shutdown not enabled\r\n"u8;
    /// <summary>shutdown: neither empty nor graceful.</summary>
    public static ReadOnlySpan<byte> InvalidShutdownMode => "CLIENT_ERROR invalid shutdown mode\r\n"u8;
    /// <summary>The item is larger than the server allows.</summary>
    public static ReadOnlySpan<byte> TooLarge => "SERVER_ERROR object too large for cache\r\n"u8;
    /// <summary>No memory for an item.</summary>
    public static ReadOnlySpan<byte> OutOfMemory => "SERVER_ERROR out of memory storing object\r\n"u8;
    /// <summary>No memory for a longer number.</summary>
    public static ReadOnlySpan<byte> OutOfMemoryIncr => "SERVER_ERROR out of memory\r\n"u8;
    /// <summary>No memory for the item that ma makes.</summary>
    public static ReadOnlySpan<byte> OutOfMemoryArithmetic => "SERVER_ERROR Out of memory allocating new item\r\n"u8;
    /// <summary>No memory while the value was received.</summary>
    public static ReadOnlySpan<byte> OutOfMemoryReading => "SERVER_ERROR Out of memory during read\r\n"u8;
    /// <summary>A reply line does not fit its buffer.</summary>
    public static ReadOnlySpan<byte> LineTooLong => "SERVER_ERROR output line too long\r\n"u8;
    /// <summary>The answer is longer than what is sent by UDP.</summary>
    public static ReadOnlySpan<byte> AnswerTooLong => "SERVER_ERROR answer too long for UDP\r\n"u8;
    /// <summary>Too many connections; the connection is closed behind it.</summary>
    public static ReadOnlySpan<byte> TooManyConnections => "ERROR Too many open connections\r\n"u8;
    /// <summary>The end of a line.</summary>
    public static ReadOnlySpan<byte> LineEnd => "\r\n"u8;
    /// <summary>Meta: done, without a value and without return flags.</summary>
    public static ReadOnlySpan<byte> MetaDone => "HD\r\n"u8;
    /// <summary>Meta: mg found nothing.</summary>
    public static ReadOnlySpan<byte> MetaMiss => "EN\r\n"u8;
    /// <summary>Meta: not found.</summary>
    public static ReadOnlySpan<byte> MetaNotFound => "NF\r\n"u8;
    /// <summary>Meta: not stored.</summary>
    public static ReadOnlySpan<byte> MetaNotStored => "NS\r\n"u8;
    /// <summary>Meta: the cas value does not match.</summary>
    public static ReadOnlySpan<byte> MetaExists => "EX\r\n"u8;
    /// <summary>Meta: the answer to mn.</summary>
    public static ReadOnlySpan<byte> MetaNoop => "MN\r\n"u8;
}
