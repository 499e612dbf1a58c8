using System.Diagnostics;

namespace Larder.Bench.Simulating;

/// <summary>
/// The links of all keys of a trace: each key stands in one <see cref="KeyQueue"/> at most, so that the queues of a
/// simulator share one pair of arrays, found by the key's number.
/// </summary>
internal sealed class KeyLinks
{
    private readonly int[] _older;
    private readonly int[] _newer;

    /// <param name="keys">Keys are the numbers below it.</param>
    public KeyLinks(int keys)
    {
        Debug.Assert(keys > 0, "a trace without keys");
        _older = new int[keys];
        _newer = new int[keys];
    }

    /// <summary>The key that came into the queue just before this one; -1 for none.</summary>
    public ref int Older(int key) => ref _older[key];

    /// <summary>The key that came into the queue just after this one; -1 for none.</summary>
    public ref int Newer(int key) => ref _newer[key];
}
