namespace Larder.Protocol.Http;

/// <summary>Which paths an object may have.</summary>
public enum HttpNames : byte
{
    /// <summary>
    /// As cmogstored: a slash and up to 36 of <c>A-Z a-z 0-9 / . -</c>; two dots in a row nowhere.
    /// </summary>
    Narrow,

    /// <summary>
    /// All characters of a URI's path (RFC 3986, section 3.3), others as <c>%xx</c> but for control characters and
    /// the slash; up to 255 bytes in a segment.
    /// </summary>
    Wide,
}
