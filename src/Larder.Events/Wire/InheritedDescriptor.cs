namespace Larder.Events.Wire;

/// <summary>A listening descriptor that a process finds in its environment.</summary>
/// <param name="Number">The descriptor.</param>
/// <param name="IsHandedOver">
/// Whether who had it gives it up, so that the queue of waiting clients and the file of a UNIX socket go with it; not
/// so for one that others keep: a supervisor, or processes that share it.
/// </param>
public readonly record struct InheritedDescriptor(int Number, bool IsHandedOver);
