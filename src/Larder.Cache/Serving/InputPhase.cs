namespace Larder.Cache.Serving;

/// <summary>What a connection expects next from the wire.</summary>
internal enum InputPhase : byte
{
    /// <summary>A command line.</summary>
    Line,
    /// <summary>The rest of a value, received into its place in the store.</summary>
    Value,
    /// <summary>Bytes of a data block that is thrown away; then the answer that was kept back.</summary>
    Swallow,
}
