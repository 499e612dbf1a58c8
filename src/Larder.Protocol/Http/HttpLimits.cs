namespace Larder.Protocol.Http;

/// <summary>How long the head of a message may be.</summary>
public readonly struct HttpLimits
{
    /// <summary>
    /// Bytes of request line and headers with the empty line behind them (cmogstored: 65,535 are served, 65,536 are
    /// not).
    /// </summary>
    public const int HeadLengthMaxDefault = 65535;

    /// <summary>
    /// Header lines. The reader keeps none of them, so that this only bounds the work for heads of tiny lines; a head
    /// of the greatest length with lines of sixteen bytes still passes.
    /// </summary>
    public const int HeaderCountMaxDefault = 4096;

    /// <summary>The default limits.</summary>
    public HttpLimits()
    {
    }

    /// <summary>Bytes of the head, with its empty line and an empty line before it.</summary>
    public int HeadLengthMax { get; init; } = HeadLengthMaxDefault;

    /// <summary>Header lines of a head.</summary>
    public int HeaderCountMax { get; init; } = HeaderCountMaxDefault;
}
