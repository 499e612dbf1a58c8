using Larder.Cache.Commands;
using Larder.Cache.Store;
using Larder.Events.Driving;

namespace Larder.Cache.Serving;

/// <summary>A large value waits for its place, which a full store makes by emptying many segments.</summary>
/// <param name="dialogue">It goes on with the value, or with the next request.</param>
/// <param name="pending">The value.</param>
/// <param name="key">Its key; kept.</param>
/// <param name="hash">Hash of the key.</param>
/// <param name="valueLength">Bytes of the value.</param>
/// <param name="wireLength">The same with what is behind it.</param>
/// <param name="request">How it is to be stored.</param>
/// <param name="items">The store.</param>
/// <param name="room">What was gathered so far.</param>
internal sealed class RoomWork(Dialogue dialogue, PendingValue pending, byte[] key, ulong hash, int valueLength,
    long wireLength, StoreRequest request, ItemStore items, RoomClaim room) : StoreWork
{
    private RoomClaim _room = room; // owner: the stepping thread

    /// <inheritdoc/>
    public override AnswerState Continue(CacheThread thread, Turn turn)
    {
        turn.RequestsLeft--;
        ReserveStatus status = items.Reserve(
            key, hash, valueLength, in request, ref _room, out pending.Reservation);
        if (status == ReserveStatus.Unfinished)
        {
            return AnswerState.Unfinished;
        }
        dialogue.TakePlace(thread, pending, key, valueLength, wireLength, in request, status);
        return AnswerState.Finished;
    }

    /// <inheritdoc/>
    public override void End() => items.Abandon(ref _room);
}
