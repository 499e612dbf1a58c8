namespace Larder.Client;

/// <summary>
/// An operation in its throwing form failed. A miss, an add that found the key and the like are no failures.
/// </summary>
public sealed class CacheException : Exception
{
    /// <summary>Of a result.</summary>
    /// <param name="result">An error.</param>
    public CacheException(CacheResult result)
        : base(TextOf(result)) => Result = result;

    /// <summary>With a message alone.</summary>
    /// <param name="message">What went wrong.</param>
    public CacheException(string message)
        : base(message) => Result = new() { Status = CacheStatus.ServerError, Message = message };

    /// <summary>With a message and the cause.</summary>
    /// <param name="message">What went wrong.</param>
    /// <param name="innerException">The cause.</param>
    public CacheException(string message, Exception innerException)
        : base(message, innerException) => Result = new() { Status = CacheStatus.ServerError, Message = message };

    /// <summary>With the least that can be said.</summary>
    public CacheException()
        : this("the cache failed")
    {
    }

    /// <summary>What happened.</summary>
    public CacheResult Result { get; }

    /// <summary>How the operation ended.</summary>
    public CacheStatus Status => Result.Status;

    private static string TextOf(CacheResult result)
    {
        string what = result.Status switch
        {
            CacheStatus.TooLarge => "the item is too large",
            CacheStatus.NotNumeric => "the value is no number",
            CacheStatus.Timeout => "no reply in time",
            CacheStatus.ServerDown => "the server cannot be reached",
            CacheStatus.Busy => "too many requests wait for the server",
            CacheStatus.Ambiguous => "it is not known whether the change was made",
            _ => "the server reported an error",
        };
        return result.Message is null ? $"{result.Server}: {what}" : $"{result.Server}: {what}: {result.Message}";
    }
}
