using Larder.Cache.Store;

namespace Larder.Cache.Tests.Store;

/// <summary>Memory of the system that counts the bytes that are made and given back.</summary>
internal sealed unsafe class CountingPages : PageSource
{
    /// <summary>Bytes of pages that were made at once, so far.</summary>
    public long Populated { get; private set; }

    /// <summary>Bytes that went back, so far.</summary>
    public long GivenBack { get; private set; }

    public override void Populate(byte* start, nuint bytes)
    {
        Populated += (long)bytes;
        base.Populate(start, bytes);
    }

    public override void Discard(byte* start, nuint bytes)
    {
        GivenBack += (long)bytes;
        base.Discard(start, bytes);
    }

    public override void Unmap(byte* start, nuint bytes, nuint space)
    {
        GivenBack += (long)bytes;
        base.Unmap(start, bytes, space);
    }
}
