using System.Runtime.CompilerServices;
using Larder.Cache.Store;
using Larder.Events.Buffers;
using Larder.Protocol.Scan;

namespace Larder.Cache.Commands;

/// <summary>
/// What a thread of the driver carries for the commands that it executes: shortcuts to the shared engine, its counters
/// and scratch memory. Owned by that thread; <see cref="Output"/> is the present connection's.
/// </summary>
internal sealed class CacheThread(CacheEngine engine)
{
    private readonly byte[] _keyBuffer = GC.AllocateUninitializedArray<byte>(KeyBase64.DecodedLengthMax, pinned: true);

    /// <summary>What all threads share.</summary>
    public CacheEngine Engine { get; } = engine;

    /// <summary>The items.</summary>
    public ItemStore Store { get; } = engine.Store;

    /// <summary>The clock of the items.</summary>
    public StoreClock Clock { get; } = engine.Clock;

    /// <summary>What this thread has executed.</summary>
    public CommandCounters Counters { get; } = new();

    /// <summary>Where the replies of the present connection go.</summary>
    public WriteQueue Output { get; set; } = null!;

    /// <summary>Room for a decoded base64 key.</summary>
    public Span<byte> KeyBuffer => _keyBuffer;

    /// <summary>Appends a reply, unless the client wanted none.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Reply(ReadOnlySpan<byte> line, bool noReply = false)
    {
        if (!noReply)
        {
            Output.Write(line);
        }
    }
}
