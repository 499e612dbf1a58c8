namespace Larder.ObjectStore;

/// <summary>A worker process has ended.</summary>
/// <param name="Number">Which it was.</param>
/// <param name="ProcessId">Its process.</param>
/// <param name="Code">Its exit code; 128 and a signal's number when that ended it.</param>
internal readonly record struct WorkerEnd(int Number, int ProcessId, int Code);
