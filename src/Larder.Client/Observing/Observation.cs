using System.Diagnostics;
using Larder.Client.Routing;

namespace Larder.Client.Observing;

/// <summary>
/// One operation or batch, from the call until its result, for whoever listens. The default observes nothing.
/// </summary>
internal readonly struct Observation
{
    private const string OperationKey = "db.operation.name";
    private const string SystemKey = "db.system.name";
    private const string AddressKey = "server.address";
    private const string PortKey = "server.port";
    private const string ErrorKey = "error.type";
    private const string BatchSizeKey = "db.operation.batch.size";
    private const string CounterOutcomeKey = "outcome";
    private const string SpanOutcomeKey = "larder.outcome";

    private readonly string? _operation;
    private readonly Router _router;
    private readonly ServerTags? _server; // where it is expected to go; null for a batch
    private readonly Activity? _activity;
    private readonly long _started;

    private Observation(string operation, Router router, ServerTags? server, int batchSize)
    {
        _operation = operation;
        _router = router;
        _server = server;
        _started = Stopwatch.GetTimestamp();
        if (!ClientTelemetry.Source.HasListeners()) return;

        // What samplers decide by is there from the beginning.
        string name = server is null ? operation : $"{operation} {server.Name}";
        TagList tags = Tags(operation, server);
        if (batchSize > 0) tags.Add(BatchSizeKey, batchSize);
        _activity = ClientTelemetry.Source.StartActivity(name, ActivityKind.Client, default(ActivityContext), tags);
    }

    /// <summary>An operation begins.</summary>
    /// <param name="operation">Its name.</param>
    /// <param name="router">Who knows the servers.</param>
    /// <param name="server">Where it goes unless that is down.</param>
    public static Observation Begin(string operation, Router router, Server server) =>
        new(operation, router, server.Tags, 0);

    /// <summary>A batch of reads begins.</summary>
    /// <param name="router">Who knows the servers.</param>
    /// <param name="size">How many; one alone is no batch.</param>
    public static Observation BeginBatch(Router router, int size) =>
        new(OperationName.BatchGet, router, null, size);

    /// <summary>The operation has ended.</summary>
    /// <param name="result">How, before an error is hidden.</param>
    public void End(in CacheResult result)
    {
        if (_operation is null) return;
        ServerTags? server = ServerOf(in result);
        Count(_operation, in result, server);
        string outcome = Outcome.Of(result.Status);
        if (_activity is not null && server is not null && server != _server) Move(server);
        _activity?.SetTag(SpanOutcomeKey, outcome);
        Stop(server, result.IsError ? outcome : null, result.Message);
    }

    /// <summary>A batch has ended; it failed if one of its reads did.</summary>
    /// <param name="values">The results.</param>
    public void End(ReadOnlySpan<CacheValue> values)
    {
        if (_operation is null) return;
        CacheResult failed = default;
        foreach (CacheValue value in values)
        {
            CacheResult result = value.Result;
            Count(OperationName.Get, in result, ServerOf(in result));
            if (result.IsError && !failed.IsError) failed = result;
        }
        Stop(null, failed.IsError ? Outcome.Of(failed.Status) : null, failed.Message);
    }

    /// <summary>It ended without a result: cancelled, or the caller's writer threw.</summary>
    /// <param name="exception">What is thrown at the caller.</param>
    public void End(Exception exception)
    {
        if (_operation is null) return;
        Stop(_server, exception.GetType().FullName, exception.Message);
    }

    private static TagList Tags(string operation, ServerTags? server)
    {
        TagList tags = new() { { SystemKey, ClientTelemetry.SystemName }, { OperationKey, operation } };
        if (server is null) return tags;
        tags.Add(AddressKey, server.Host);
        if (server.Port is not null) tags.Add(PortKey, server.Port);
        return tags;
    }

    /// <summary>Where it went last: elsewhere than expected if that server was down.</summary>
    private ServerTags? ServerOf(in CacheResult result)
    {
        string? name = result.Server;
        if (name is null || name == _server?.Name) return _server;
        foreach (Server server in _router.Set.Servers)
        {
            if (server.Name == name) return server.Tags;
        }
        return _server;
    }

    private static void Count(string operation, in CacheResult result, ServerTags? server)
    {
        if (!ClientTelemetry.Results.Enabled) return;
        TagList tags = Tags(operation, server);
        tags.Add(CounterOutcomeKey, Outcome.Of(result.Status));
        ClientTelemetry.Results.Add(1, in tags);
    }

    private void Move(ServerTags server)
    {
        _activity!.DisplayName = $"{_operation} {server.Name}";
        _activity.SetTag(AddressKey, server.Host).SetTag(PortKey, server.Port);
    }

    private void Stop(ServerTags? server, string? error, string? message)
    {
        TimeSpan duration = Stopwatch.GetElapsedTime(_started);
        if (_activity is not null)
        {
            if (error is not null) _activity.SetTag(ErrorKey, error).SetStatus(ActivityStatusCode.Error, message);
            _activity.Stop();
            duration = _activity.Duration; // the conventions ask for the same number in both
        }
        if (!ClientTelemetry.Duration.Enabled) return;
        TagList tags = Tags(_operation!, server);
        if (error is not null) tags.Add(ErrorKey, error);
        ClientTelemetry.Duration.Record(duration.TotalSeconds, in tags);
    }
}
