using System.Diagnostics;
using System.Runtime.InteropServices;
using Larder.Events.Native;

namespace Larder.Events.Polling;

/// <summary>
/// Room for the events of one wait, 64-byte aligned native memory. Owned by one thread; several threads may wait on
/// one <see cref="Poller"/>, each with a batch of its own.
/// </summary>
public sealed unsafe class PollBatch : IDisposable
{
    private readonly int _capacity;
    private byte* _events;
    private int _count;

    /// <summary>Makes room for up to <paramref name="capacity"/> events a wait (1 or more).</summary>
    public PollBatch(int capacity)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(capacity, 1);
        _capacity = capacity;
        _events = (byte*)NativeMemory.AlignedAlloc((nuint)(capacity * EpollEvent.SizeMax), 64);
    }

    /// <summary>How many events the last wait returned.</summary>
    public int Count => _count;

    internal int Capacity => _capacity;

    internal byte* Pointer => _events;

    /// <summary>The event at <paramref name="index"/> of the last wait.</summary>
    public PollEvent this[int index]
    {
        get
        {
            Debug.Assert((uint)index < (uint)_count, "no such event in this batch");
            byte* at = _events + (index * EpollEvent.Size);
            uint events = EpollEvent.Events(at);
            var readiness = Readiness.None;
            if ((events & EpollEvent.In) != 0)
            {
                readiness |= Readiness.Readable;
            }
            if ((events & EpollEvent.Out) != 0)
            {
                readiness |= Readiness.Writable;
            }
            if ((events & (EpollEvent.ReadHangUp | EpollEvent.HangUp | EpollEvent.Error)) != 0)
            {
                readiness |= Readiness.Readable | Readiness.HangUp;
            }
            return new PollEvent(EpollEvent.Data(at), readiness);
        }
    }

    internal void SetCount(int count) => _count = count;

    /// <inheritdoc/>
    public void Dispose()
    {
        NativeMemory.AlignedFree(_events);
        _events = null;
        _count = 0;
    }
}
