namespace Larder.Cache.Serving;

/// <summary>What a connection expects next from the wire.</summary>
internal enum InputPhase : byte
{
    /// <summary>A request.</summary>
    Request,
    /// <summary>The rest of a value, received into its place in the store.</summary>
    Value,
    /// <summary>Bytes that are thrown away, then what the protocol does behind them.</summary>
    Swallow,
}
