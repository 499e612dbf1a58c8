namespace Larder.Cache.Commands.Watching;

/// <summary>Which line a <see cref="LogEntry"/> becomes.</summary>
internal enum LogLine : byte
{
    ItemGet,
    ItemStore,
    Eviction,
    Deleted,
    ConnectionNew,
    ConnectionClose,
    RawCommand,
    SystemEvent,
    /// <summary>From here on for the transcript of -vv: text alone.</summary>
    Plain,
    /// <summary>What the server finds out of a client.</summary>
    Client,
    /// <summary>From a client, or of it.</summary>
    Request,
    /// <summary>To a client.</summary>
    Answer,
    /// <summary>The header of a binary request.</summary>
    RequestFrame,
    /// <summary>The header of a binary answer.</summary>
    AnswerFrame,
    /// <summary>-vvv: text alone.</summary>
    Lookup,
}
