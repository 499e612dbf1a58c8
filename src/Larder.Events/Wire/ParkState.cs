using System.Diagnostics;

namespace Larder.Events.Wire;

/// <summary>
/// How far a connection's parking has come. Two sides race here: the thread that steps the connection, and whoever
/// completes the ticket, before, during or long after that step.
/// </summary>
/// <remarks>
/// <code>
///   None -Begin-> Parking -Confirm-> Confirmed -Complete-> Resuming -Arrive-> Completed -TryLeave-> None
///                    \-----------------Complete------------------------------>/
///                                        \-TryAbandon-> Abandoned -Complete-> None
/// </code>
/// Resuming stands for exactly one wake-up on its way, so that an event which comes earlier does not let the
/// connection go on, park again and have the same message posted twice. A mutable struct: a field, never copied.
/// </remarks>
internal struct ParkState
{
    private const int None = 0;
    private const int Parking = 1;
    private const int Confirmed = 2;
    private const int Resuming = 3;
    private const int Completed = 4;
    private const int Abandoned = 5;

    private int _state;      // owner: interlocked
    private int _generation; // owner: the stepping thread, before the ticket exists

    /// <summary>True from <see cref="Begin"/> until the connection has gone on; any thread.</summary>
    public bool IsParked => Volatile.Read(ref _state) != None;

    /// <summary>Begins to park; the generation tells this ticket from the next.</summary>
    public int Begin()
    {
        Debug.Assert(_state == None, "parked twice in one step");
        _generation++;
        Volatile.Write(ref _state, Parking);
        return _generation;
    }

    /// <summary>The step is over; false when the ticket was completed meanwhile. Idempotent.</summary>
    public bool Confirm() => Interlocked.CompareExchange(ref _state, Confirmed, Parking) != Completed;

    /// <summary>The ticket is completed; any thread.</summary>
    public ParkEnd Complete(int generation)
    {
        while (generation == _generation)
        {
            (int expected, int wanted, ParkEnd end) = Volatile.Read(ref _state) switch
            {
                Parking => (Parking, Completed, ParkEnd.None),
                Confirmed => (Confirmed, Resuming, ParkEnd.Resume),
                Abandoned => (Abandoned, None, ParkEnd.Free),
                _ => (None, None, ParkEnd.None),
            };
            if (expected == None)
            {
                break;
            }
            if (Interlocked.CompareExchange(ref _state, wanted, expected) == expected)
            {
                return end;
            }
        }
        Debug.Fail("a ticket was completed twice");
        return ParkEnd.None;
    }

    /// <summary>The wake-up has come to where the connection is stepped.</summary>
    public void Arrive() => Interlocked.CompareExchange(ref _state, Completed, Resuming);

    /// <summary>Goes on if the ticket is completed; the stepping thread.</summary>
    public bool TryLeave()
    {
        if (Volatile.Read(ref _state) != Completed)
        {
            return false;
        }
        Volatile.Write(ref _state, None);
        return true;
    }

    /// <summary>
    /// After the driver's threads have left: true when the ticket is still out and will free the connection.
    /// </summary>
    public bool TryAbandon() => Interlocked.CompareExchange(ref _state, Abandoned, Confirmed) == Confirmed;
}
