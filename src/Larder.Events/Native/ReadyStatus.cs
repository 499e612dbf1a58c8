namespace Larder.Events.Native;

/// <summary>What became of a process that somebody waits for.</summary>
public enum ReadyStatus
{
    /// <summary>It does its work.</summary>
    Ready,

    /// <summary>It ended, or gave up, before it was ready.</summary>
    Ended,

    /// <summary>It has not been heard of in the time that it was given.</summary>
    TimedOut,
}
