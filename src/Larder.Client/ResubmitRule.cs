namespace Larder.Client;

/// <summary>
/// What is sent again, within its deadline, when a connection is lost. What was certainly never sent always is.
/// </summary>
public enum ResubmitRule : byte
{
    /// <summary>Reads.</summary>
    Reads,
    /// <summary>Nothing.</summary>
    Nothing,
    /// <summary>
    /// Reads, and what leaves the same when it is done twice: set without a cas value, delete, touch. Somebody else's
    /// change may come between the two.
    /// </summary>
    Idempotent,
}
