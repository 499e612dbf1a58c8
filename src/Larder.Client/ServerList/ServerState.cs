namespace Larder.Client.ServerList;

/// <summary>What a monitor thinks of a server. The numbers stand in the file.</summary>
public enum ServerState
{
    /// <summary>It answers.</summary>
    Up = 0,

    /// <summary>It does not.</summary>
    Down = 1,

    /// <summary>It answers, and shall get no new keys: it is about to leave.</summary>
    Draining = 2,
}
