using Larder.Events.Driving;

namespace Larder.Cache.Commands.Watching;

/// <summary>
/// What -vv shows of requests and answers, on its way from the formatter to the operator. A thread of its own writes
/// it: while the output takes nothing, only that thread waits, and what does not fit into the ring meanwhile is skipped
/// and counted.
/// </summary>
internal sealed class Transcript : ILogSink
{
    /// <summary>Level of -v from which on requests and answers are shown.</summary>
    public const int LevelMin = 2;

    /// <summary>Level of -v from which on lookups are shown, too.</summary>
    private const int LookupsLevelMin = 3;

    private const int RingBytes = 256 * 1024;

    /// <summary>What a stop waits for an output that takes nothing, in milliseconds.</summary>
    private const int StopMs = 500;

    private readonly LineRing _lines = new(RingBytes);
    private readonly Action<ReadOnlySpan<byte>> _output;
    private readonly BackgroundLoop _writer;
    private readonly TaskCompletionSource _isWritten = new();
    private volatile bool _isStopping;

    /// <summary>Starts the thread.</summary>
    /// <param name="output">Takes whole lines or parts of them, in order; it may block.</param>
    public Transcript(Action<ReadOnlySpan<byte>> output)
    {
        _output = output;
        _writer = new BackgroundLoop("larder-verbose", Write);
        _writer.Start();
    }

    /// <inheritdoc/>
    public WatchKinds Kinds => WatchKinds.Transcript | WatchKinds.Lookups;

    /// <inheritdoc/>
    public WatchKinds Wanted { get; private set; }

    /// <inheritdoc/>
    public long FirstGid => 0;

    /// <summary>Shows what this level of -v shows.</summary>
    public void SetLevel(int level) => Wanted = level switch
    {
        < LevelMin => WatchKinds.None,
        < LookupsLevelMin => WatchKinds.Transcript,
        _ => WatchKinds.Transcript | WatchKinds.Lookups,
    };

    /// <inheritdoc/>
    public bool TryAppend(ReadOnlySpan<byte> line) => _lines.TryAppend(line);

    /// <summary>Events were lost on their way to the formatter, which calls this.</summary>
    public void Skip(long count) => _lines.Skip(count);

    /// <inheritdoc/>
    public void Deliver()
    {
        if (!_lines.IsEmpty)
        {
            _writer.Wake();
        }
    }

    /// <summary>Writes what is left, as far as the output takes it, and ends; the formatter has left.</summary>
    public void Stop()
    {
        _isStopping = true;
        _writer.Wake();
        if (_isWritten.Task.Wait(StopMs))
        {
            _writer.Stop();
        }
        else
        {
            _writer.RequestStop(); // it leaves when its output lets it
        }
    }

    private int Write()
    {
        for (ReadOnlySpan<byte> lines = _lines.Peek(RingBytes); !lines.IsEmpty; lines = _lines.Peek(RingBytes))
        {
            _output(lines);
            _lines.Free(lines.Length);
        }
        if (_isStopping)
        {
            _isWritten.TrySetResult();
        }
        return BackgroundLoop.UntilWoken;
    }
}
