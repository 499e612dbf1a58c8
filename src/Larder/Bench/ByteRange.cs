namespace Larder.Bench;

/// <summary>Sizes in bytes from <paramref name="Min"/> to <paramref name="Max"/>, both included.</summary>
internal readonly record struct ByteRange(int Min, int Max);
