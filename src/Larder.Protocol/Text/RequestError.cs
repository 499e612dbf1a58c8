namespace Larder.Protocol.Text;

/// <summary>What is wrong with a request; <see cref="RequestErrors.Line"/> has the exact answer for each.</summary>
public enum RequestError : byte
{
    /// <summary>Nothing.</summary>
    None,
    /// <summary>Unknown command, or wrong arguments of an administrative one.</summary>
    UnknownCommand,
    /// <summary>Wrong number of arguments, a bad number, or a key that is too long.</summary>
    BadLine,
    /// <summary>The exptime of gat, touch or flush_all is no number.</summary>
    InvalidExptime,
    /// <summary>The delta of incr or decr is no unsigned 64-bit number.</summary>
    InvalidDelta,
    /// <summary>More than 20 tokens in a meta command.</summary>
    MetaTooManyFlags,
    /// <summary>A meta flag came twice, or is no ASCII character.</summary>
    MetaDuplicateFlag,
    /// <summary>A meta flag that is not known.</summary>
    MetaInvalidFlag,
    /// <summary>Any flag error of ma.</summary>
    MetaInvalidOrDuplicateFlag,
    /// <summary>The number behind a meta flag C, E, N, R or T is bad.</summary>
    MetaBadToken,
    /// <summary>The number behind J is bad.</summary>
    MetaInvalidInitial,
    /// <summary>The number behind D is bad.</summary>
    MetaInvalidDelta,
    /// <summary>The opaque is longer than 32 bytes with its O.</summary>
    MetaOpaqueTooLong,
    /// <summary>The key is marked as base64 and is none.</summary>
    MetaKeyDecoding,
    /// <summary>The mode of M is not one character.</summary>
    MetaModeLength,
    /// <summary>The mode of ms is none of E, A, P, R, S.</summary>
    MetaInvalidSetMode,
    /// <summary>The mode of ma is none of I, +, D, -.</summary>
    MetaInvalidArithmeticMode,
}
