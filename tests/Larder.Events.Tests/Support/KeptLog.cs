using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace Larder.Events.Tests.Support;

/// <summary>Keeps what is logged.</summary>
internal sealed class KeptLog : ILogger
{
    public ConcurrentQueue<(int Id, string Text)> Lines { get; } = new();

    public int Count(int id) => Lines.Count(line => line.Id == id);

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception,
        Func<TState, Exception?, string> formatter)
        => Lines.Enqueue((eventId.Id, formatter(state, exception)));
}
