using Larder.Events.Native;

namespace Larder.Cache.Store;

/// <summary>
/// Where a store's memory comes from: the system. Tests put one in its place that refuses, or that counts what a call
/// asks the system for. Any thread, never under a lock.
/// </summary>
internal unsafe class PageSource
{
    /// <inheritdoc cref="MappedMemory.Map"/>
    public virtual byte* Map(nuint bytes, nuint alignment) => MappedMemory.Map(bytes, alignment);

    /// <summary>Gives pages back with their addresses; nobody may use them any more.</summary>
    /// <param name="start">The address.</param>
    /// <param name="bytes">Bytes of pages that were used.</param>
    /// <param name="space">Bytes of addresses.</param>
    public virtual void Unmap(byte* start, nuint bytes, nuint space) => MappedMemory.Unmap(start, space);

    /// <inheritdoc cref="MappedMemory.Discard"/>
    public virtual void Discard(byte* start, nuint bytes) => MappedMemory.Discard(start, bytes);

    /// <inheritdoc cref="MappedMemory.Populate"/>
    public virtual void Populate(byte* start, nuint bytes) => MappedMemory.Populate(start, bytes);
}
