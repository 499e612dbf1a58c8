namespace Larder.Monitoring;

/// <summary>
/// Whether a server is up, by its probes: several failures in a row make it down, several answers in a row up again. It
/// begins as up, so that a monitor which starts again takes nobody's servers away.
/// </summary>
internal sealed class ServerJudge
{
    private readonly int _downAfter;
    private readonly int _upAfter;
    private int _against; // probes in a row that speak against the verdict

    /// <summary>A judge.</summary>
    /// <param name="downAfter">Failures in a row, at least 1.</param>
    /// <param name="upAfter">Answers in a row, at least 1.</param>
    public ServerJudge(int downAfter, int upAfter)
    {
        _downAfter = downAfter;
        _upAfter = upAfter;
    }

    /// <summary>The verdict.</summary>
    public bool IsUp { get; private set; } = true;

    /// <summary>Hears of a probe.</summary>
    /// <param name="isAnswer">Whether it was answered.</param>
    /// <returns>Whether the verdict is another now.</returns>
    public bool Hear(bool isAnswer)
    {
        if (isAnswer == IsUp)
        {
            _against = 0;
            return false;
        }
        if (++_against < (IsUp ? _downAfter : _upAfter))
            return false;
        _against = 0;
        IsUp = !IsUp;
        return true;
    }
}
