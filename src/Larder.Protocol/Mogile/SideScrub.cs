namespace Larder.Protocol.Mogile;

/// <summary>What a line <c>larder scrub</c> wants of the scrubber.</summary>
public enum SideScrub : byte
{
    /// <summary>Read nothing until it is told to go on.</summary>
    Pause,

    /// <summary>Go on.</summary>
    Resume,

    /// <summary>Say how far it is.</summary>
    Status,

    /// <summary>Say which files of a device were found damaged.</summary>
    Report,
}
