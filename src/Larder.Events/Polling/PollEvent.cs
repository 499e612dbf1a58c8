namespace Larder.Events.Polling;

/// <summary>One event of a wait: whose it is and what it says.</summary>
/// <param name="Key">The key that the descriptor was registered with.</param>
/// <param name="Readiness">What is ready.</param>
public readonly record struct PollEvent(ulong Key, Readiness Readiness);
