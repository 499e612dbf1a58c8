using System.Collections.Concurrent;
using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace Larder.Client.Tests.Observing;

/// <summary>Listens as OpenTelemetry's SDK does, and keeps all.</summary>
internal sealed class TelemetryListener : IDisposable
{
    private const string Name = "Larder.Client";

    private readonly MeterListener _meters = new();
    private readonly ActivityListener? _activities;
    private readonly ConcurrentQueue<Activity> _spans = [];
    private readonly ConcurrentQueue<MeasuredValue> _values = [];

    public TelemetryListener(bool traces = true)
    {
        _meters.InstrumentPublished = static (instrument, listener) =>
        {
            if (instrument.Meter.Name == Name) listener.EnableMeasurementEvents(instrument);
        };
        _meters.SetMeasurementEventCallback<double>(
            (instrument, value, tags, _) => _values.Enqueue(new(instrument.Name, instrument.Unit, value, [.. tags])));
        _meters.SetMeasurementEventCallback<long>(
            (instrument, value, tags, _) => _values.Enqueue(new(instrument.Name, instrument.Unit, value, [.. tags])));
        _meters.SetMeasurementEventCallback<int>(
            (instrument, value, tags, _) => _values.Enqueue(new(instrument.Name, instrument.Unit, value, [.. tags])));
        _meters.Start();
        if (!traces) return;
        _activities = new ActivityListener
        {
            ShouldListenTo = static source => source.Name == Name,
            Sample = static (ref _) => ActivitySamplingResult.AllData,
            ActivityStopped = _spans.Enqueue,
        };
        ActivitySource.AddActivityListener(_activities);
    }

    /// <summary>The spans that have ended.</summary>
    public IReadOnlyList<Activity> Spans => [.. _spans];

    /// <summary>What an instrument has measured.</summary>
    public IReadOnlyList<MeasuredValue> Of(string instrument) =>
        [.. _values.Where(value => value.Instrument == instrument)];

    /// <summary>What an instrument that is asked says now of a server, by one more attribute.</summary>
    public double Ask(string instrument, string pool, string? state = null)
    {
        _values.Clear();
        _meters.RecordObservableInstruments();
        return Assert.Single(
            Of(instrument),
            value => (string?)value["db.client.connection.pool.name"] == pool
                && (state is null || value.Tags.Any(tag => (string?)tag.Value == state))).Value;
    }

    /// <summary>Whether a server has an open connection.</summary>
    public bool IsConnected(string pool)
    {
        const string Count = "db.client.connection.count";
        return Ask(Count, pool, "idle") + Ask(Count, pool, "used") > 0;
    }

    public void Forget()
    {
        _values.Clear();
        _spans.Clear();
    }

    public void Dispose()
    {
        _activities?.Dispose();
        _meters.Dispose();
    }
}
