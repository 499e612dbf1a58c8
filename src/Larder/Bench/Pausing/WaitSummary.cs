namespace Larder.Bench.Pausing;

/// <summary>How long the requests of a phase waited; times are nanoseconds.</summary>
/// <param name="Requests">Requests, all of them answered.</param>
/// <param name="P99">What 99 % of them did not exceed.</param>
/// <param name="P999">The same of 99.9 %.</param>
/// <param name="P9999">The same of 99.99 %.</param>
/// <param name="Longest">The longest.</param>
/// <param name="Above">Requests that waited longer than <see cref="WaitRecord.PauseNs"/>.</param>
/// <param name="Pauses">Runs of such requests, one due behind the other.</param>
/// <param name="Gaps">Times at which the generator itself did not run.</param>
/// <param name="InGaps">Requests that met one; the gap's time is not part of their wait.</param>
internal readonly record struct WaitSummary(
    long Requests, long P99, long P999, long P9999, long Longest, long Above, long Pauses, long Gaps, long InGaps);
