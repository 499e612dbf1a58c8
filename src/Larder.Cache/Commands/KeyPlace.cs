namespace Larder.Cache.Commands;

/// <summary>Where a key stands in the input or in a line.</summary>
internal struct KeyPlace
{
    public int Start;
    public int Length;
}
