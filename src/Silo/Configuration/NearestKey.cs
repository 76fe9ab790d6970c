namespace Routing.Silo.Configuration;

/// <summary>Finds what was probably meant.</summary>
internal static class NearestKey
{
    /// <summary>The known word nearest to a misspelt one; null when none is near: more than a third of its letters differ.</summary>
    public static string? Of(string word, IEnumerable<string> known)
    {
        string plain = Plain(word);
        return known
            .Select(candidate => (Candidate: candidate, Distance: Distance(plain, Plain(candidate))))
            .Where(pair => pair.Distance <= Math.Max(1, pair.Candidate.Length / 3))
            .OrderBy(pair => pair.Distance)
            .ThenBy(pair => pair.Candidate, StringComparer.Ordinal)
            .Select(pair => pair.Candidate)
            .FirstOrDefault();
    }

    /// <summary>ring-timeout and RingTimeout are ringTimeout misspelt.</summary>
    private static string Plain(string word) => word.Replace("-", "", StringComparison.Ordinal).Replace("_", "", StringComparison.Ordinal).ToLowerInvariant();

    /// <summary>Levenshtein distance: insertions, deletions and replacements of one letter.</summary>
    private static int Distance(string from, string to)
    {
        int[] row = [.. Enumerable.Range(0, to.Length + 1)];
        for (int i = 1; i <= from.Length; i++)
        {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= to.Length; j++)
            {
                int replaced = diagonal + (from[i - 1] == to[j - 1] ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.Min(replaced, Math.Min(row[j], row[j - 1]) + 1);
            }
        }

        return row[to.Length];
    }
}
