using System.Runtime.CompilerServices;
using Larder.Cache.Commands;
using Larder.Events.Driving;
using Larder.Events.Wire;

namespace Larder.Cache.Serving;

/// <summary>
/// A client of the cache. What it speaks is decided by its first byte and then fixed: see <see cref="TextDialogue"/>.
/// </summary>
internal sealed class CacheConnection(CacheEngine engine) : Connection
{
    // owner: the stepping thread
    private Dialogue? _dialogue;

    /// <inheritdoc/>
    protected override bool IsMidRequest => _dialogue is { IsMidRequest: true };

    /// <inheritdoc/>
    protected override Span<byte> ReceiveTarget => _dialogue is null ? default : _dialogue.ReceiveTarget;

    /// <inheritdoc/>
    protected override void OnReceived(Turn turn, int count) => _dialogue!.OnReceived(count);

    /// <inheritdoc/>
    protected override InputState Process(Turn turn, ReadOnlySpan<byte> input, out int consumed)
    {
        CacheThread thread = Unsafe.As<CacheThread>(turn.State!);
        thread.Output = Output;
        _dialogue ??= new TextDialogue();
        return _dialogue.Process(thread, turn, input, out consumed);
    }

    /// <inheritdoc/>
    protected override void OnClosed(Turn? turn, CloseReason reason) => _dialogue?.Abandon(engine.Store);
}
