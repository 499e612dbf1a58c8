using System.Runtime.CompilerServices;
using Larder.Cache.Commands;
using Larder.Cache.Commands.Watching;
using Larder.Events.Driving;
using Larder.Events.Wire;
using Larder.Protocol.Binary;

namespace Larder.Cache.Serving;

/// <summary>
/// A client of the cache. What it speaks is fixed by the options, or decided by its first byte: that of a binary
/// request is no character of a command.
/// </summary>
internal sealed class CacheConnection(CacheEngine engine, Listener listener) : Connection
{
    // owner: the stepping thread
    private Dialogue? _dialogue;

    /// <summary>Where it was accepted.</summary>
    public Listener Listener { get; } = listener;

    /// <inheritdoc/>
    protected override bool IsMidRequest => _dialogue is { IsMidRequest: true };

    /// <inheritdoc/>
    protected override Span<byte> ReceiveTarget => _dialogue is null ? default : _dialogue.ReceiveTarget;

    /// <inheritdoc/>
    protected override void OnOpened(Turn turn)
        => engine.Watches.Connected(LogLine.ConnectionNew, this, CloseReason.None);

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
        }
        return _dialogue.Process(thread, turn, input, out consumed);
    }

    /// <inheritdoc/>
    protected override void OnClosed(Turn? turn, CloseReason reason) => _dialogue?.Abandon(engine.Store);

    private Dialogue Choose(byte first) => engine.Options.Protocol switch
    {
        CacheProtocol.Binary => new BinaryDialogue(engine.Options.Sasl),
        CacheProtocol.Auto when first == BinaryFrame.RequestMagic => new BinaryDialogue(engine.Options.Sasl),
        _ => new TextDialogue(),
    };
}
