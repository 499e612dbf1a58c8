namespace Larder.Objects.SideChannel;

/// <summary>What comes next on a connection of the side-channel.</summary>
internal enum SidePhase
{
    /// <summary>A line.</summary>
    Line,
    /// <summary>A slice of a digest.</summary>
    Digest,
    /// <summary>Reports, without end; what still comes is not read as lines.</summary>
    Watch,
    /// <summary>The end, once the store has stopped; what still comes is not read as lines.</summary>
    End,
}
