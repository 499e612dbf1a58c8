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
}
