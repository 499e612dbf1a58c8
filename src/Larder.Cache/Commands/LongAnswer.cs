using Larder.Events.Driving;

namespace Larder.Cache.Commands;

/// <summary>
/// An answer that is not written at once: it goes on in the connection's later turns, so that other clients have
/// theirs, and pauses while its reader is slow. Owned by the thread that steps the connection.
/// </summary>
internal abstract class LongAnswer
{
    /// <summary>Writes more, within the turn's budget and the room for output.</summary>
    public abstract AnswerState Continue(CacheThread thread, Turn turn);

    /// <summary>It has finished, or its connection is gone; once.</summary>
    public virtual void End() { }
}
