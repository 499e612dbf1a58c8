namespace Larder.Bench;

/// <summary>A file is no trace of requests. One line.</summary>
internal sealed class TraceException : Exception
{
    public TraceException(string message)
        : base(message)
    {
    }

    public TraceException(string message, Exception inner)
        : base(message, inner)
    {
    }
}
