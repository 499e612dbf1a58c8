namespace Larder.Bench;

/// <summary>A run cannot go on: a server that is not there, or that does not speak the protocol. One line.</summary>
internal sealed class BenchException : Exception
{
    public BenchException(string message)
        : base(message)
    {
    }

    public BenchException(string message, Exception inner)
        : base(message, inner)
    {
    }
}
