namespace Larder.Client.Observing;

/// <summary>How operations ended, as attributes say it; of errors it is <c>error.type</c>, too.</summary>
internal static class Outcome
{
    /// <summary>The word for a status.</summary>
    public static string Of(CacheStatus status) => status switch
    {
        CacheStatus.Hit => "hit",
        CacheStatus.Done => "done",
        CacheStatus.Miss => "miss",
        CacheStatus.NotStored => "not_stored",
        CacheStatus.Exists => "exists",
        CacheStatus.TooLarge => "too_large",
        CacheStatus.NotNumeric => "not_numeric",
        CacheStatus.Timeout => "timeout",
        CacheStatus.ServerDown => "server_down",
        CacheStatus.Busy => "busy",
        CacheStatus.Ambiguous => "ambiguous",
        _ => "server_error",
    };
}
