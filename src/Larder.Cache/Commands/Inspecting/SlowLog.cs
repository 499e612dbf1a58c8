using System.Diagnostics;
using Larder.Cache.Store;

namespace Larder.Cache.Commands.Inspecting;

/// <summary>
/// The last commands of one thread that held it for longer than a threshold: reading, executing and writing the answer
/// into memory, without waiting for the network. Gets that are answered as a batch are measured as one.
/// </summary>
/// <remarks>
/// Off, it costs a comparison for each turn of a connection; on, a reading of the clock for each command. Written by
/// the thread, read by any; the gate is taken for what was slow, and for reading.
/// </remarks>
internal sealed class SlowLog(CacheEngine engine)
{
    /// <summary>Commands kept for each thread; the oldest goes.</summary>
    public const int Capacity = 128;

    private SlowCommand[] _ring = []; // owner: _gate; made for the first slow command
    private long _count;              // owner: _gate
    private int _gate;
    private long _begunAt;            // owner: the thread; Stopwatch ticks
    private long _queuedBytes;        // owner: the thread; of the output, when the command began

    /// <summary>Commands are measured from now on, if anybody wants it.</summary>
    public bool BeginTurn(CacheThread thread)
    {
        if (engine.SlowMicroseconds == 0)
        {
            return false;
        }
        _begunAt = Stopwatch.GetTimestamp();
        _queuedBytes = thread.Output.QueuedBytes;
        return true;
    }

    /// <summary>A command has ended; the next one begins.</summary>
    /// <param name="thread">The thread.</param>
    /// <param name="command">The name of the command.</param>
    /// <param name="key">Its key; empty for one without.</param>
    /// <param name="bytes">Bytes of the request.</param>
    public void Ended(CacheThread thread, ReadOnlySpan<byte> command, ReadOnlySpan<byte> key, int bytes)
    {
        long now = Stopwatch.GetTimestamp();
        TimeSpan taken = Stopwatch.GetElapsedTime(_begunAt, now);
        long queuedBytes = thread.Output.QueuedBytes;
        if (taken.TotalMicroseconds >= engine.SlowMicroseconds)
        {
            Add(new SlowCommand
            {
                Taken = taken,
                UnixTime = thread.Clock.UnixNow,
                Command = command.ToArray(),
                Key = key.ToArray(),
                RequestBytes = bytes,
                AnswerBytes = queuedBytes - _queuedBytes,
                Peer = thread.PeerName(),
            });
            now = Stopwatch.GetTimestamp(); // noting it is not the next one's fault
        }
        _begunAt = now;
        _queuedBytes = queuedBytes;
    }

    /// <summary>Adds what is kept to a list, in no order. Any thread.</summary>
    public void AddTo(List<SlowCommand> commands)
    {
        SpinGate.Enter(ref _gate);
        commands.AddRange(_ring.AsSpan(0, (int)Math.Min(_count, Capacity)));
        SpinGate.Exit(ref _gate);
    }

    /// <summary>Forgets all. Any thread.</summary>
    public void Reset()
    {
        SpinGate.Enter(ref _gate);
        _count = 0;
        _ring = [];
        SpinGate.Exit(ref _gate);
    }

    private void Add(in SlowCommand command)
    {
        SpinGate.Enter(ref _gate);
        if (_ring.Length == 0)
        {
            _ring = new SlowCommand[Capacity];
        }
        _ring[_count++ % Capacity] = command;
        SpinGate.Exit(ref _gate);
    }
}
