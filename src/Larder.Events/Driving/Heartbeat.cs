namespace Larder.Events.Driving;

/// <summary>
/// Tells whether a server's front ends still turn: each is asked by mail and must have answered before the next
/// question. Workers of the one-shot queue are not asked, since a request may rightly hold one for long.
/// </summary>
public sealed class Heartbeat
{
    private readonly FrontEnd[] _frontEnds;
    private readonly Question[] _questions;

    /// <summary>Watches a server; it is asked first by the first <see cref="Beat"/>.</summary>
    public Heartbeat(StreamServer server)
    {
        _frontEnds = [.. server.FrontEnds];
        _questions = Array.ConvertAll(_frontEnds, static _ => new Question());
    }

    /// <summary>
    /// Whether all have answered the question of the last call; those who have are asked again. One thread.
    /// </summary>
    public bool Beat()
    {
        bool isAlive = true;
        for (int i = 0; i < _frontEnds.Length; i++)
        {
            isAlive &= _questions[i].TryAsk(_frontEnds[i]);
        }
        return isAlive;
    }

    private sealed class Question : Mail
    {
        private volatile bool _isAnswered = true; // owner: the asking thread, while it is asked the front end

        public bool TryAsk(FrontEnd frontEnd)
        {
            if (!_isAnswered)
            {
                return false;
            }
            _isAnswered = false;
            frontEnd.Post(this);
            return true;
        }

        protected internal override void Run(Turn turn) => _isAnswered = true;
    }
}
