using Larder.Bench;

namespace Larder.Tests.Bench;

/// <summary>Remembers what it was told.</summary>
/// <param name="whileMeasuring">Called again and again while a window is measured.</param>
internal sealed class RecordedProgress(Action? whileMeasuring = null) : IBenchProgress
{
    public List<string> Phases { get; } = [];

    public List<RoundResult> Rounds { get; } = [];

    public void Show(int target, string phase, double share, double perSecond)
    {
        if (Phases.Count == 0 || Phases[^1] != $"{phase} {target}")
            Phases.Add($"{phase} {target}");
        if (phase == BenchRunner.MeasurePhase)
            whileMeasuring?.Invoke();
    }

    public void Finished(RoundResult round) => Rounds.Add(round);
}
