namespace Larder.Bench.Pausing;

/// <summary>What the commands of a request are. Immutable.</summary>
internal sealed record BurstContent
{
    /// <summary>Keys that a request asks for or stores, from 1.</summary>
    public required int Keys { get; init; }

    /// <summary>The values that are stored.</summary>
    public required ValuePattern Values { get; init; }

    /// <summary>Half of the keys are asked for, chosen among so many that were stored last; 0 for none.</summary>
    public uint GetsAmong { get; init; }

    /// <summary>Different keys that are stored, in turn.</summary>
    public uint DifferentKeys { get; init; } = BurstWriter.KeysMax;

    /// <summary>Exptime of what is stored.</summary>
    public int Exptime { get; init; }

    /// <summary>Of so many requests one stores; 1: each does.</summary>
    public int StoresEvery { get; init; } = 1;

    /// <summary>Keys that are asked for, all in one get.</summary>
    public int Gets => GetsAmong > 0 ? Keys / 2 : 0;

    /// <summary>Keys that the request of that number stores.</summary>
    public int Stores(int request) => request % StoresEvery == 0 ? Keys - Gets : 0;

    /// <summary>Replies to the request of that number: END, and one for all stores.</summary>
    public int Replies(int request) => (Gets > 0 ? 1 : 0) + (Stores(request) > 0 ? 1 : 0);
}
