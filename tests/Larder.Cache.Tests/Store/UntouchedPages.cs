using Larder.Cache.Store;

namespace Larder.Cache.Tests.Store;

/// <summary>
/// Addresses whose memory comes only where something is written: a store of many large values whose bytes nobody writes
/// costs a page each.
/// </summary>
internal sealed unsafe class UntouchedPages : PageSource
{
    public override void Populate(byte* start, nuint bytes)
    {
        // as they are written
    }
}
