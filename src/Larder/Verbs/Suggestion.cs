namespace Larder.Verbs;

/// <summary>Finds what somebody may have meant by a mistyped word.</summary>
internal static class Suggestion
{
    /// <summary>Edits up to which a word counts as mistyped: a swap of two letters is two.</summary>
    private const int DistanceMax = 2;

    /// <summary>The candidate with the fewest edits between it and the word; null if none is near.</summary>
    public static string? Nearest(string word, IEnumerable<string> candidates)
    {
        string? nearest = null;
        int best = DistanceMax + 1;
        foreach (string candidate in candidates)
        {
            int distance = candidate.StartsWith(word, StringComparison.Ordinal) ? 1 : Distance(word, candidate);
            if (distance >= best) continue;
            best = distance;
            nearest = candidate;
        }

        return nearest;
    }

    /// <summary>Levenshtein's distance: inserted, removed and replaced letters.</summary>
    public static int Distance(string left, string right)
    {
        int[] row = Enumerable.Range(0, right.Length + 1).ToArray();
        for (int i = 1; i <= left.Length; i++)
        {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= right.Length; j++)
            {
                int replaced = diagonal + (left[i - 1] == right[j - 1] ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.Min(replaced, Math.Min(row[j], row[j - 1]) + 1);
            }
        }

        return row[right.Length];
    }
}
