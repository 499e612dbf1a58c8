namespace Larder.Bench;

/// <summary>What was sent and answered, as running totals of one thread, or sums and differences of such.</summary>
/// <param name="Requests">Answered requests; a get of many keys is one.</param>
/// <param name="Hits">Keys of gets that were answered with a value.</param>
/// <param name="Misses">Keys of gets that were not.</param>
/// <param name="Stored">Sets that were stored.</param>
/// <param name="Errors">Requests that were answered with an error or something unexpected.</param>
/// <param name="WrongValues">Values that were not what their key's value must be.</param>
/// <param name="BytesReceived">Bytes of all answers.</param>
internal readonly record struct LoadCounts(
    long Requests, long Hits, long Misses, long Stored, long Errors, long WrongValues, long BytesReceived)
{
    public static LoadCounts operator +(LoadCounts a, LoadCounts b) => new(
        a.Requests + b.Requests,
        a.Hits + b.Hits,
        a.Misses + b.Misses,
        a.Stored + b.Stored,
        a.Errors + b.Errors,
        a.WrongValues + b.WrongValues,
        a.BytesReceived + b.BytesReceived);

    public static LoadCounts operator -(LoadCounts a, LoadCounts b) => new(
        a.Requests - b.Requests,
        a.Hits - b.Hits,
        a.Misses - b.Misses,
        a.Stored - b.Stored,
        a.Errors - b.Errors,
        a.WrongValues - b.WrongValues,
        a.BytesReceived - b.BytesReceived);
}
