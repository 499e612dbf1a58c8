using Larder.Cache.Store;

namespace Larder.Cache.Tests.Store;

/// <summary>
/// Memory of the system that runs out when a test says so, or does something first: calls come without any lock, in the
/// middle of a store.
/// </summary>
internal sealed unsafe class ScriptedPages : PageSource
{
    /// <summary>Calls that still succeed.</summary>
    public int Left { get; set; } = int.MaxValue;

    /// <summary>Calls so far.</summary>
    public int Calls { get; private set; }

    /// <summary>Runs before a call is answered, but not for its own calls.</summary>
    public Action? Before { get; set; }

    public override byte* Map(nuint bytes, nuint alignment)
    {
        if (Before is { } before)
        {
            Before = null;
            before();
            Before = before;
        }
        Calls++;
        if (Left <= 0) return null;
        Left--;
        return base.Map(bytes, alignment);
    }
}
