namespace Larder.Conformance.Scripting;

/// <summary>What a step of a transcript does.</summary>
public enum StepKind
{
    /// <summary>Sends requests and compares the answers.</summary>
    Exchange,

    /// <summary>The server must end the stream, with nothing sent before that.</summary>
    ServerCloses,

    /// <summary>The client closes its sending half.</summary>
    ClientCloses,

    /// <summary>Time passes: a server whose clock can be moved is moved, of others nothing is done.</summary>
    TimePasses,
}
