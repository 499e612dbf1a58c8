using Microsoft.Extensions.Logging;

namespace Larder.Hosting;

/// <summary>
/// One line on the standard error for each message: <c>larder: text</c>, or <c>larder: warning: text</c>. No queue and
/// no thread of its own, since nothing is logged for a request unless it was asked for; the console logger of
/// Microsoft.Extensions.Logging takes longer to load than the cache to start. Any thread may call it.
/// </summary>
/// <param name="prefix">The name at the beginning of each line.</param>
/// <param name="least">The least level that is written at first.</param>
internal sealed class StderrLogger(string prefix, LogLevel least) : ILogger
{
    private volatile LogLevel _least = least; // owner: any thread

    /// <summary>The least level that is written; the command <c>verbosity</c> changes it.</summary>
    public LogLevel Least
    {
        get => _least;
        set => _least = value;
    }

    /// <summary>What -v, -vv and -vvv show.</summary>
    public static LogLevel LevelOf(int verbosity) => verbosity switch
    {
        <= 0 => LogLevel.Warning,
        1 => LogLevel.Information,
        2 => LogLevel.Debug,
        _ => LogLevel.Trace,
    };

    /// <inheritdoc/>
    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    /// <inheritdoc/>
    public bool IsEnabled(LogLevel logLevel) => logLevel >= _least && logLevel != LogLevel.None;

    /// <inheritdoc/>
    public void Log<TState>(
        LogLevel logLevel,
        EventId eventId,
        TState state,
        Exception? exception,
        Func<TState, Exception?, string> formatter)
    {
        if (!IsEnabled(logLevel)) return;
        string level = logLevel switch
        {
            LogLevel.Warning => "warning: ",
            LogLevel.Error or LogLevel.Critical => "error: ",
            _ => "",
        };
        string cause = exception is null ? "" : $": {exception}";
        StandardStreams.Error($"{prefix}: {level}{formatter(state, exception)}{cause}\n");
    }
}
