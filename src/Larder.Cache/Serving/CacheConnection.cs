using System.Diagnostics;
using System.Net.Sockets;
using System.Runtime.CompilerServices;
using Larder.Cache.Commands;
using Larder.Cache.Commands.Inspecting;
using Larder.Cache.Commands.Watching;
using Larder.Events.Driving;
using Larder.Events.Wire;

namespace Larder.Cache.Serving;

/// <summary>
/// A client of the cache. What it speaks is fixed by the options, or decided by its first byte: that of a binary
/// request is no character of a command.
/// </summary>
internal sealed class CacheConnection(CacheEngine engine, Listener listener) : Connection
{
    // owner: the stepping thread
    private Dialogue? _dialogue;
    private long _begunAt;      // Stopwatch ticks, when the input that is being answered was received; 0: none is
    private bool _hasYielded;   // some of it is left for the next turn

    /// <summary>Where it was accepted.</summary>
    public Listener Listener { get; } = listener;

    /// <inheritdoc/>
    protected override int AdmissionTimeoutMs => engine.Entrance is { } entrance ? entrance.TimeoutMs : 0;

    /// <summary>As in memcached: clients of the UNIX socket, and those who watch.</summary>
    protected override bool MayIdle
        => Listener.LocalEndPoint is UnixDomainSocketEndPoint || _dialogue is { IsWatching: true };

    /// <inheritdoc/>
    protected override bool IsMidRequest => _dialogue is { IsMidRequest: true };

    /// <inheritdoc/>
    protected override Span<byte> ReceiveTarget => _dialogue is null ? default : _dialogue.ReceiveTarget;

    /// <inheritdoc/>
    protected override void OnOpened(Turn turn)
    {
        engine.Watches.Connected(LogLine.ConnectionNew, this, CloseReason.None);
        if ((engine.Watches.Kinds & WatchKinds.Transcript) != 0)
        {
            Unsafe.As<CacheThread>(turn.State!).Notes.Transcript.Came(this, engine.ProtocolOf(Listener));
        }
    }

    /// <inheritdoc/>
    protected override void OnClosing(CloseReason reason)
        => engine.Watches.Connected(LogLine.ConnectionClose, this, reason);

    /// <inheritdoc/>
    protected override void OnReceived(Turn turn, int count) => _dialogue!.OnReceived(count);

    /// <inheritdoc/>
    protected override InputState Process(Turn turn, ReadOnlySpan<byte> input, out int consumed)
    {
        CacheThread thread = Unsafe.As<CacheThread>(turn.State!);
        thread.Serve(this);
        if (_dialogue is null)
        {
            consumed = 0;
            if (input.IsEmpty)
            {
                return InputState.NeedMore;
            }
            _dialogue = Choose(input[0]);
            if ((thread.Watched & WatchKinds.Transcript) != 0
                && engine.ProtocolOf(Listener) == CacheProtocol.Auto)
            {
                thread.Notes.Transcript.Negotiated(this, _dialogue is BinaryDialogue);
            }
        }
        if (_begunAt == 0)
        {
            _begunAt = turn.BegunAt;
        }
        InputState state = _dialogue.Process(thread, turn, input, out consumed);
        if (state == InputState.Park)
        {
            engine.Entrance!.Hashes!.Run(thread.TakeHashing(), Park());
        }
        _hasYielded = state == InputState.Yield;
        return state;
    }

    /// <inheritdoc/>
    protected override void OnAnswered(Turn turn)
    {
        LatencyMeter latency = Unsafe.As<CacheThread>(turn.State!).Latency;
        if (!latency.IsEmpty)
        {
            long now = Stopwatch.GetTimestamp();
            latency.Record(now - _begunAt);
            turn.BegunAt = now;
        }
        if (!_hasYielded)
        {
            _begunAt = 0;
        }
    }

    /// <inheritdoc/>
    protected override void OnClosed(Turn? turn, CloseReason reason)
    {
        _dialogue?.Abandon(engine.Store);
        if (turn == null)
        {
            return;
        }
        CacheThread thread = Unsafe.As<CacheThread>(turn.State!);
        thread.Latency.Discard();
        if ((engine.Watches.Kinds & WatchKinds.Transcript) != 0)
        {
            thread.Notes.Transcript.Gone(this);
        }
    }

    /// <summary>The client has shown who it is, and may stay; from now on its requests are executed.</summary>
    public void Enter()
    {
        Admit();
        if (_dialogue is LoginDialogue)
        {
            _dialogue = new TextDialogue();
        }
    }

    private Dialogue Choose(byte first)
    {
        if (engine.SpeaksBinary(Listener, first))
        {
            return new BinaryDialogue(engine.Entrance is { Sasl: { } sasl } at
                ? new BinarySasl(sasl, new EntryGate(at, this))
                : null);
        }
        return engine.Entrance is { } entrance ? new LoginDialogue(new EntryGate(entrance, this)) : new TextDialogue();
    }
}
