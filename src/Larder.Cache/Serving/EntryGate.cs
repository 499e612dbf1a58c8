using Larder.Cache.Authentication;
using Larder.Cache.Commands;

namespace Larder.Cache.Serving;

/// <summary>
/// Whether one client has entered, and what it may still do before. Owned by the thread that steps its connection.
/// </summary>
internal sealed class EntryGate(Entrance entrance, CacheConnection connection)
{
    private int _commandsLeft = entrance.CommandsMax;

    /// <summary>What all clients of the server share.</summary>
    public Entrance Entrance { get; } = entrance;

    /// <summary>The client has entered.</summary>
    public bool IsOpen { get; private set; }

    /// <summary>Counts a command; false when it is one too many before the client has entered.</summary>
    public bool TryCommand()
    {
        if (IsOpen || _commandsLeft-- > 0)
        {
            return true;
        }
        Entrance.CountRefused();
        return false;
    }

    /// <summary>The client is who it says.</summary>
    public void Open(CacheThread thread)
    {
        thread.Counters.AuthCommands++;
        _commandsLeft = Entrance.CommandsMax;
        IsOpen = true;
        connection.Enter();
    }

    /// <summary>It is not.</summary>
    public void Refuse(CacheThread thread)
    {
        thread.Counters.AuthCommands++;
        thread.Counters.AuthErrors++;
        IsOpen = false;
    }

    /// <summary>It wants to be somebody else; until that is decided it is nobody.</summary>
    public void Close() => IsOpen = false;
}
