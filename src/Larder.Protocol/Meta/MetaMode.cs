namespace Larder.Protocol.Meta;

/// <summary>What ms or ma does, from its flag M.</summary>
public enum MetaMode : byte
{
    /// <summary>ms without M, or MS: store always.</summary>
    Set,
    /// <summary>ME: store if absent.</summary>
    Add,
    /// <summary>MA: put behind the value.</summary>
    Append,
    /// <summary>MP: put before the value.</summary>
    Prepend,
    /// <summary>MR: store if present.</summary>
    Replace,
    /// <summary>ma without M, MI or M+.</summary>
    Increment,
    /// <summary>MD or M-.</summary>
    Decrement,
}
