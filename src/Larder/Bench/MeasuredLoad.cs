namespace Larder.Bench;

/// <summary>What a measured window gave.</summary>
internal readonly record struct MeasuredLoad(double Seconds, LoadCounts Counts);
