using System.Diagnostics;

namespace Larder.Events.Driving;

/// <summary>
/// Asserts in Debug builds that what one thread owns is touched by that thread only. Costs nothing in Release.
/// </summary>
public sealed class ThreadGuard
{
    private int _owner; // owner: whoever claims; 0 = nobody yet

    /// <summary>The current thread owns it from now on.</summary>
    [Conditional("DEBUG")]
    public void Claim() => Volatile.Write(ref _owner, Environment.CurrentManagedThreadId);

    /// <summary>Nobody owns it: the thread has left and another may clean up.</summary>
    [Conditional("DEBUG")]
    public void Disown() => Volatile.Write(ref _owner, 0);

    /// <summary>Fails when another thread than the owner comes by.</summary>
    [Conditional("DEBUG")]
    public void Check()
    {
        int owner = Volatile.Read(ref _owner);
        Debug.Assert(owner == 0 || owner == Environment.CurrentManagedThreadId,
            "touched by a thread that does not own it");
    }
}
