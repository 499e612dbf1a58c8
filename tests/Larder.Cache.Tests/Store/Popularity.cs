namespace Larder.Cache.Tests.Store;

/// <summary>Key numbers of which the low ones are wanted more often, by Zipf's law.</summary>
internal static class Popularity
{
    /// <summary>Sums of the weights of the first keys, for <see cref="Pick"/>.</summary>
    public static double[] Sums(int count, double skew)
    {
        var sums = new double[count];
        double sum = 0;
        for (int index = 0; index < count; index++) sums[index] = sum += 1 / Math.Pow(index + 1, skew);
        return sums;
    }

    public static int Pick(double[] sums, Random random)
    {
        int index = Array.BinarySearch(sums, random.NextDouble() * sums[^1]);
        return Math.Min(index < 0 ? ~index : index, sums.Length - 1);
    }
}
