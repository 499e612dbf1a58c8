namespace Larder.Events.Driving;

/// <summary>A message to the thread that owns something. Intrusive: posting one allocates nothing.</summary>
public abstract class Mail
{
    // owner: the poster until it is posted, then the mailbox
    internal Mail? NextMail { get; set; }

    /// <summary>Runs on the owner's thread, never inside the call that posted it.</summary>
    protected internal abstract void Run(Turn turn);
}
