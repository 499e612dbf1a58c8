using Larder.Events.Native;

namespace Larder.Cache.Store;

/// <summary>
/// Where a store's memory comes from: the system. Tests put one in its place that refuses, at the start or later. Any
/// thread, never under a lock.
/// </summary>
internal unsafe class PageSource
{
    /// <inheritdoc cref="MappedMemory.Map"/>
    public virtual byte* Map(nuint bytes, nuint alignment) => MappedMemory.Map(bytes, alignment);
}
