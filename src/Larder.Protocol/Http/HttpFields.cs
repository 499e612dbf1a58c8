namespace Larder.Protocol.Http;

/// <summary>Header fields that a head may have once only: those that have been seen.</summary>
[Flags]
internal enum HttpFields
{
    None = 0,
    Host = 1 << 0,
    ContentLength = 1 << 1,
    TransferEncoding = 1 << 2,
    ContentMd5 = 1 << 3,
    ContentRange = 1 << 4,
    Range = 1 << 5,
    IfMatch = 1 << 6,
    IfNoneMatch = 1 << 7,
    IfModifiedSince = 1 << 8,
    IfUnmodifiedSince = 1 << 9,
    IfRange = 1 << 10,
    WantDigest = 1 << 11,
    ETag = 1 << 12,
    LastModified = 1 << 13,
    ContentType = 1 << 14,
}
