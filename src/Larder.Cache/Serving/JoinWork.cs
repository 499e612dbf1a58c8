using Larder.Cache.Commands;
using Larder.Cache.Commands.Watching;
using Larder.Cache.Store;
using Larder.Events.Driving;
using Larder.Protocol.Scan;

namespace Larder.Cache.Serving;

/// <summary>An append or prepend that makes a long value.</summary>
/// <param name="dialogue">It answers.</param>
/// <param name="pending">What the answer needs.</param>
/// <param name="store">How it is stored.</param>
/// <param name="items">The store.</param>
/// <param name="join">What was begun.</param>
internal sealed class JoinWork(
    Dialogue dialogue, PendingValue pending, StoreRequest store, ItemStore items, ItemJoin join) : StoreWork
{
    private ItemJoin _join = join; // owner: the stepping thread

    /// <inheritdoc/>
    public override AnswerState Continue(CacheThread thread, Turn turn)
    {
        turn.RequestsLeft--;
        Span<byte> room = stackalloc byte[KeyRules.LengthMax];
        scoped ReadOnlySpan<byte> key = default;
        int valueLength = _join.AddedLength;
        if (thread.Watched != WatchKinds.None)
        {
            _join.Key.CopyTo(room); // its place may be gone afterwards
            key = room[.._join.Key.Length];
        }
        StoreResult result = items.Continue(ref _join);
        if (result.Status == StoreStatus.Unfinished)
        {
            return AnswerState.Unfinished;
        }
        dialogue.Answer(thread, pending, key, valueLength, in store, in result);
        return AnswerState.Finished;
    }

    /// <inheritdoc/>
    public override void End() => items.Abandon(ref _join);
}
