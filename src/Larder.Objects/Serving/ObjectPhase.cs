namespace Larder.Objects.Serving;

/// <summary>What the next bytes of a connection are, or what its next turn is for.</summary>
internal enum ObjectPhase
{
    /// <summary>A request's head.</summary>
    Head,
    /// <summary>The body of a PUT.</summary>
    Body,
    /// <summary>The object is sealed, synced and published.</summary>
    Finish,
    /// <summary>A file is being sent.</summary>
    Send,
    /// <summary>A body that nobody wants.</summary>
    Skip,
}
