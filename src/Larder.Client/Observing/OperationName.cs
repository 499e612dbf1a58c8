using Larder.Client.Pipelining;

namespace Larder.Client.Observing;

/// <summary>What operations are called: memcached's classic commands, whatever protocol is spoken.</summary>
internal static class OperationName
{
    /// <summary>A read.</summary>
    public const string Get = "get";

    /// <summary>A batch of reads.</summary>
    public const string BatchGet = $"BATCH {Get}";

    /// <summary>The name of an operation.</summary>
    public static string Of(in WireRequest request) => request.Kind switch
    {
        RequestKind.Get => request.Has(RequestTraits.Touch) ? "gat" : Get,
        RequestKind.Touch => "touch",
        RequestKind.Store => OfStore(in request),
        RequestKind.Count => request.Has(RequestTraits.Down) ? "decr" : "incr",
        RequestKind.Delete => "delete",
        RequestKind.Ping => "noop",
        RequestKind.Version => "version",
        RequestKind.Flush => "flush_all",
        _ => "stats",
    };

    private static string OfStore(in WireRequest request) => request.Mode switch
    {
        StoreMode.Add => "add",
        StoreMode.Replace => "replace",
        StoreMode.Append => "append",
        StoreMode.Prepend => "prepend",
        _ => request.Has(RequestTraits.CompareCas) ? "cas" : "set",
    };
}
