using System.Runtime.CompilerServices;

namespace Larder.Cache.Store;

/// <summary>
/// A spin lock in an int, 0 when open: the words it protects are few, and nobody holds it over a system call or a wait.
/// A waiter gives its core away after some rounds, for the case that the holder was preempted. Not reentrant.
/// </summary>
internal static class SpinGate
{
    /// <summary>
    /// Some 100 us in all: a stripe's lock is held for as long while the stripe grows, and a microsecond otherwise.
    /// </summary>
    private const int RoundsOfHolder = 100;
    private const int RoundSpins = 30;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Enter(ref int gate)
    {
        // The full fence of the exchange pairs with the releasing write in Exit: what the last holder wrote is seen.
        if (Interlocked.CompareExchange(ref gate, 1, 0) != 0) Wait(ref gate);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool TryEnter(ref int gate) => Interlocked.CompareExchange(ref gate, 1, 0) == 0;

    /// <summary>
    /// Waits as long as a holder that runs takes, and gives up where it does not run: for who can come back later.
    /// </summary>
    public static bool TryEnterSoon(ref int gate)
    {
        for (int round = 0; round < RoundsOfHolder; round++)
        {
            if (TryEnter(ref gate)) return true;
            Thread.SpinWait(RoundSpins);
        }
        return false;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Exit(ref int gate) => Volatile.Write(ref gate, 0);

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void Wait(ref int gate)
    {
        SpinWait spin = default;
        do
        {
            // -1: yields to others who want the core, but never sleeps for a millisecond.
            spin.SpinOnce(sleep1Threshold: -1);
        }
        while (Volatile.Read(ref gate) != 0 || Interlocked.CompareExchange(ref gate, 1, 0) != 0);
    }
}
