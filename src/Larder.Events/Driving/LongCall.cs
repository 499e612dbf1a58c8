namespace Larder.Events.Driving;

/// <summary>How a thread says that it is about to wait, for a disk most likely.</summary>
public static class LongCall
{
    /// <summary>
    /// Called before a system call that will probably wait: if the calling thread is a worker of the one-shot queue,
    /// another takes events in its place until its step is over. Dear when the call does not wait after all (a thread
    /// more runs), without effect on other threads.
    /// </summary>
    public static void Begins()
    {
        if (WorkerPlace.OfThread is { } place)
        {
            place.Lend();
        }
    }
}
