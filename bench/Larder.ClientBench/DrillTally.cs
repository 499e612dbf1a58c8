using Larder.Client;

namespace Larder.ClientBench;

/// <summary>What one caller saw after a server had failed, or all of them.</summary>
internal sealed class DrillTally
{
    /// <summary>Reads of keys of the servers that live.</summary>
    public long Others { get; private set; }

    /// <summary>Those that failed or found nothing.</summary>
    public long OtherErrors { get; private set; }

    /// <summary>Those that another server was asked than before.</summary>
    public long OtherMoves { get; private set; }

    /// <summary>The longest of them.</summary>
    public TimeSpan OtherLongest { get; private set; }

    /// <summary>Reads of keys of the server that failed.</summary>
    public long Own { get; private set; }

    /// <summary>Those that failed.</summary>
    public long OwnErrors { get; private set; }

    /// <summary>Those that the next owner was asked, who has nothing.</summary>
    public long OwnMisses { get; private set; }

    /// <summary>The longest of them.</summary>
    public TimeSpan OwnLongest { get; private set; }

    /// <summary>Those that took nearly a deadline or more; the most of one caller.</summary>
    public long OwnDeadlines { get; private set; }

    public void CountOther(CacheResult result, string? owner, TimeSpan time)
    {
        Others++;
        if (!result.IsHit) OtherErrors++;
        if (result.Server != owner) OtherMoves++;
        if (time > OtherLongest) OtherLongest = time;
    }

    public void CountOwn(CacheResult result, TimeSpan time, TimeSpan deadline)
    {
        Own++;
        if (result.IsError) OwnErrors++;
        if (result.Status == CacheStatus.Miss) OwnMisses++;
        if (time > OwnLongest) OwnLongest = time;
        if (time > deadline * 0.9) OwnDeadlines++;
    }

    public void Add(DrillTally other)
    {
        Others += other.Others;
        OtherErrors += other.OtherErrors;
        OtherMoves += other.OtherMoves;
        OtherLongest = OtherLongest > other.OtherLongest ? OtherLongest : other.OtherLongest;
        Own += other.Own;
        OwnErrors += other.OwnErrors;
        OwnMisses += other.OwnMisses;
        OwnLongest = OwnLongest > other.OwnLongest ? OwnLongest : other.OwnLongest;
        OwnDeadlines = Math.Max(OwnDeadlines, other.OwnDeadlines);
    }
}
