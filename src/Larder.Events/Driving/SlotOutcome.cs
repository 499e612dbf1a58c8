namespace Larder.Events.Driving;

/// <summary>What became of somebody who wanted a slot of a <see cref="DeviceQueue"/>.</summary>
public enum SlotOutcome
{
    /// <summary>It wants none.</summary>
    None,
    /// <summary>It waits in the queue.</summary>
    Waiting,
    /// <summary>It has a slot, and must give it back.</summary>
    Granted,
    /// <summary>The queue was full.</summary>
    Refused,
    /// <summary>It has waited for too long.</summary>
    Expired,
}
