namespace Larder.Protocol.Text;

/// <summary>What a request reader found at the beginning of its input.</summary>
public enum ParseStatus
{
    /// <summary>No whole line yet: read more bytes and ask again.</summary>
    Incomplete,

    /// <summary>One line, good or bad: the request says which.</summary>
    Complete,

    /// <summary>The connection is to be closed without an answer (an HTTP request, or a line without end).</summary>
    Close,
}
