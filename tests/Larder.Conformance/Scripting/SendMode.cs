namespace Larder.Conformance.Scripting;

/// <summary>How a transcript's requests are cut into writes.</summary>
public enum SendMode
{
    /// <summary>One write an exchange; its answer is awaited before the next.</summary>
    Whole,

    /// <summary>One write a byte.</summary>
    ByteByByte,

    /// <summary>One write for all requests of a section that do not depend on earlier answers.</summary>
    Pipelined,
}
