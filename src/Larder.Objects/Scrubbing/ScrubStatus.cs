namespace Larder.Objects.Scrubbing;

/// <summary>How far the scrubbing of a device has come; the numbers are of its present or last pass.</summary>
/// <param name="Device">Its name.</param>
/// <param name="IsRunning">A pass is on its way; else the next is waited for.</param>
/// <param name="BegunUnix">When the pass began, in seconds since 1970; 0 = there was none.</param>
/// <param name="Position">The path that was met last, escaped; "" when no pass is on its way.</param>
/// <param name="Files">Files compared.</param>
/// <param name="Bytes">Bytes read.</param>
/// <param name="Damaged">Files whose bytes are not those that were stored; moved away.</param>
/// <param name="Unreadable">Files and folders that could not be read.</param>
public readonly record struct ScrubStatus(
    string Device, bool IsRunning, long BegunUnix, string Position, long Files, long Bytes, long Damaged,
    long Unreadable);
