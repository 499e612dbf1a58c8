namespace Larder.Monitoring;

/// <summary>What <c>larder monitor</c> is asked to do.</summary>
/// <param name="Path">The shared list.</param>
/// <param name="Servers">The servers.</param>
/// <param name="Interval">Between two probes of a server, give or take a quarter.</param>
/// <param name="Timeout">How long a probe may take.</param>
/// <param name="DownAfter">Failures in a row after which a server is down.</param>
/// <param name="UpAfter">Answers in a row after which it is up again.</param>
/// <param name="Probe">What is asked.</param>
internal sealed record MonitorOptions(
    string Path,
    IReadOnlyList<MonitoredServer> Servers,
    TimeSpan Interval,
    TimeSpan Timeout,
    int DownAfter,
    int UpAfter,
    ProbeQuestion Probe);
