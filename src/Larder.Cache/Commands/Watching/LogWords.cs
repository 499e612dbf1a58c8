using Larder.Cache.Store;
using Larder.Events.Wire;

namespace Larder.Cache.Commands.Watching;

/// <summary>memcached's words for states and commands in the lines of <c>watch</c>.</summary>
internal static class LogWords
{
    /// <summary>How a lookup ended.</summary>
    public static ReadOnlySpan<byte> Fetch(byte status) => (FindStatus)status switch
    {
        FindStatus.Hit => "found"u8,
        FindStatus.Expired => "expired"u8,
        FindStatus.Flushed => "flushed"u8,
        _ => "not_found"u8,
    };

    /// <summary>How storing ended.</summary>
    public static ReadOnlySpan<byte> Store(byte status) => (StoreStatus)status switch
    {
        StoreStatus.Stored => "stored"u8,
        StoreStatus.NotStored => "not_stored"u8,
        StoreStatus.Exists => "exists"u8,
        StoreStatus.NotFound => "not_found"u8,
        StoreStatus.TooLarge => "too_large"u8,
        _ => "no_memory"u8,
    };

    /// <summary>A storage command.</summary>
    public static ReadOnlySpan<byte> Command(byte mode) => (StoreMode)mode switch
    {
        StoreMode.Add => "add"u8,
        StoreMode.Replace => "replace"u8,
        StoreMode.Append => "append"u8,
        StoreMode.Prepend => "prepend"u8,
        StoreMode.Cas => "cas"u8,
        _ => "set"u8,
    };

    /// <summary>Why a connection ended.</summary>
    public static ReadOnlySpan<byte> Reason(CloseReason reason) => reason switch
    {
        CloseReason.Peer or CloseReason.Protocol or CloseReason.None => "normal"u8,
        CloseReason.IdleTimeout => "idle_timeout"u8,
        CloseReason.Stopped => "shutdown"u8,
        _ => "error"u8,
    };
}
