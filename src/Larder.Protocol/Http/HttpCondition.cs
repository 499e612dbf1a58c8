namespace Larder.Protocol.Http;

/// <summary>What the conditions of a request come to.</summary>
public enum HttpCondition : byte
{
    /// <summary>Do what the request says.</summary>
    Proceed,

    /// <summary>Do it, but as if there were no Range.</summary>
    ProceedWhole,

    /// <summary>304: the client's copy is good.</summary>
    NotModified,

    /// <summary>412: nothing is done.</summary>
    Failed,
}
