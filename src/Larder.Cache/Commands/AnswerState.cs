namespace Larder.Cache.Commands;

/// <summary>How far a <see cref="LongAnswer"/> has come.</summary>
internal enum AnswerState
{
    /// <summary>The last byte is queued; requests go on behind it.</summary>
    Finished,

    /// <summary>There is more now, but the turn or the room for output is spent.</summary>
    Unfinished,

    /// <summary>More comes when somebody asks for a turn; what the client sends meanwhile is thrown away.</summary>
    Waits,
}
