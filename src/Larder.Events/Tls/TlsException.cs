namespace Larder.Events.Tls;

/// <summary>TLS cannot be set up: the message says why, in one line.</summary>
public sealed class TlsException : Exception
{
    /// <summary>Makes one.</summary>
    public TlsException(string message)
        : base(message)
    {
    }

    /// <summary>Makes one with its cause.</summary>
    public TlsException(string message, Exception cause)
        : base(message, cause)
    {
    }
}
