namespace Larder.Cache.Serving;

/// <summary>Which protocol the listeners speak; <c>stats settings</c> reports it as <c>binding_protocol</c>.</summary>
public enum CacheProtocol
{
    /// <summary>The first byte of a connection decides (<c>auto-negotiate</c>).</summary>
    Auto,

    /// <summary>Classic text and meta only (<c>ascii</c>).</summary>
    Ascii,

    /// <summary>The binary protocol only (<c>binary</c>).</summary>
    Binary,
}
