namespace Larder.Bench;

/// <summary>Who watches a run. Called by the thread that conducts it.</summary>
internal interface IBenchProgress
{
    /// <summary>Something is going on.</summary>
    /// <param name="target">Index of the target.</param>
    /// <param name="phase">What, in a word or two.</param>
    /// <param name="share">How much of it is done, 0 to 1.</param>
    /// <param name="perSecond">Requests a second since the last call; 0 when nothing is measured.</param>
    void Show(int target, string phase, double share, double perSecond);

    /// <summary>A round is finished.</summary>
    void Finished(RoundResult round);
}
