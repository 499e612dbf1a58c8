namespace Larder.Protocol.Http;

/// <summary>Which byte <see cref="ChunkedReader"/> waits for.</summary>
internal enum ChunkedState : byte
{
    FirstDigit,
    Digits,
    SpaceBehindSize,
    Extension,
    SizeLineFeed,
    Data,
    DataReturn,
    DataLineFeed,
    TrailerStart,
    TrailerName,
    TrailerValue,
    TrailerLineFeed,
    EndLineFeed,
    Complete,
    Failed,
}
