namespace Larder.Cache.Commands.Inspecting;

/// <summary>A command that held its thread for long.</summary>
internal readonly struct SlowCommand
{
    /// <summary>For how long.</summary>
    public required TimeSpan Taken { get; init; }

    /// <summary>When it ended, in seconds since 1970.</summary>
    public required long UnixTime { get; init; }

    /// <summary>Its name, as the client wrote it; that of the classic command for a binary one.</summary>
    public required byte[] Command { get; init; }

    /// <summary>Its first key as the client wrote it; empty for none.</summary>
    public required byte[] Key { get; init; }

    /// <summary>Bytes of the request, as far as they stood in the buffer.</summary>
    public required int RequestBytes { get; init; }

    /// <summary>Bytes of the answer.</summary>
    public required long AnswerBytes { get; init; }

    /// <summary>Who sent it.</summary>
    public required string Peer { get; init; }
}
