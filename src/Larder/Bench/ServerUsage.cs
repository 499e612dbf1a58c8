namespace Larder.Bench;

/// <summary>What a server's processes had used at one moment.</summary>
/// <param name="ThreadCpuNs">Nanoseconds on a processor, by thread number, of every thread alive.</param>
/// <param name="ResidentBytes">Resident memory, all of it (VmRSS).</param>
/// <param name="AnonymousBytes">Resident memory without mapped files (RssAnon): what the server itself wrote.</param>
internal sealed record ServerUsage(
    IReadOnlyDictionary<int, long> ThreadCpuNs, long ResidentBytes, long AnonymousBytes)
{
    /// <summary>
    /// Nanoseconds on a processor since <paramref name="earlier"/>. A thread that ended in between is not counted.
    /// </summary>
    public long CpuNsSince(ServerUsage earlier)
    {
        long sum = 0;
        foreach ((int thread, long ns) in ThreadCpuNs)
            sum += ns - earlier.ThreadCpuNs.GetValueOrDefault(thread);
        return sum;
    }
}
