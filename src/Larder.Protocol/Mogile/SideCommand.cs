namespace Larder.Protocol.Mogile;

/// <summary>What a line of the side-channel asks for.</summary>
public enum SideCommand : byte
{
    /// <summary>Anything else: <see cref="SideReplyWriter.WriteUnknown"/>.</summary>
    Unknown,

    /// <summary>Nothing: <see cref="SideReplyWriter.Blank"/>.</summary>
    Blank,

    /// <summary>The size of a file.</summary>
    Size,

    /// <summary>The MD5 of a file.</summary>
    Md5,

    /// <summary>The SHA-1 of a file.</summary>
    Sha1,

    /// <summary>
    /// Utilisation of the devices from now on; no reply, and nothing more is read from the connection.
    /// </summary>
    Watch,

    /// <summary>
    /// How many threads serve: <see cref="SideReplyWriter.Blank"/>, whether the number is taken or not.
    /// </summary>
    AioThreads,

    /// <summary>Stop in good order; no reply, the connection ends when all is done.</summary>
    Shutdown,

    /// <summary>Our own: <see cref="SideRequest.Scrub"/>.</summary>
    Scrub,

    /// <summary>A path that leads upwards or is too long: <see cref="SideReplyWriter.UriInvalid"/>.</summary>
    UriInvalid,
}
