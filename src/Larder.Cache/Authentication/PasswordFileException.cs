namespace Larder.Cache.Authentication;

/// <summary>A file of passwords cannot be read, written or understood; the message says which, where and why.</summary>
public sealed class PasswordFileException : Exception
{
    /// <summary>With nothing to say.</summary>
    public PasswordFileException()
    {
    }

    /// <summary>With one line for whoever runs the server.</summary>
    public PasswordFileException(string message)
        : base(message)
    {
    }

    /// <summary>With one line for whoever runs the server, and what led to it.</summary>
    public PasswordFileException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
