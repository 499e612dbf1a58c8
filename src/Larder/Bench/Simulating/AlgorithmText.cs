namespace Larder.Bench.Simulating;

/// <summary>What the algorithms are called, and how their names are read.</summary>
internal static class AlgorithmText
{
    /// <summary>The name in tables.</summary>
    public static string Title(this Algorithm algorithm) =>
        algorithm == Algorithm.S3Fifo ? "S3-FIFO" : algorithm.ToString().ToUpperInvariant();

    /// <summary>Names separated by commas, or <c>all</c>; an empty text means none.</summary>
    public static bool ReadSeveral(string text, out Algorithm[] value, out string error)
    {
        error = "";
        value = text == "all" ? Enum.GetValues<Algorithm>() : [];
        if (value.Length > 0)
            return true;
        string[] names = text.Split(',', StringSplitOptions.RemoveEmptyEntries);
        value = new Algorithm[names.Length];
        for (int i = 0; i < names.Length && error.Length == 0; i++)
            OptionText.ReadName(names[i], out value[i], out error);
        return error.Length == 0;
    }
}
