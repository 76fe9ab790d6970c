namespace Routing.Grains.Configuration;

/// <summary>Finds what was probably meant.</summary>
public static class NearestName
{
    /// <summary>Shorter pieces are in too many words to mean one of them.</summary>
    private const int MinPieceChars = 3;

    /// <summary>
    /// The known word nearest to a misspelt one: at most a third of its letters differ; else one that the word begins, or that is a part of it (prio: priority, idle: longest-idle,
    /// timeoutSeconds: timeout). Null when none is near.
    /// </summary>
    public static string? Of(string word, IEnumerable<string> known)
    {
        string plain = Plain(word);
        string[] candidates = [.. known];
        return candidates
            .Select(candidate => (Candidate: candidate, Distance: Distance(plain, Plain(candidate))))
            .Where(pair => pair.Distance <= Math.Max(1, pair.Candidate.Length / 3))
            .OrderBy(pair => pair.Distance)
            .ThenBy(pair => pair.Candidate, StringComparer.Ordinal)
            .Select(pair => pair.Candidate)
            .FirstOrDefault() ?? OfPieces(word, plain, candidates);
    }

    private static string? OfPieces(string word, string plain, string[] candidates) => plain.Length < MinPieceChars ? null : candidates
        .Select(candidate => (Candidate: candidate, Fit: Fit(word, plain, candidate)))
        .Where(static pair => pair.Fit > 0)
        .OrderBy(static pair => pair.Fit)
        .ThenBy(static pair => pair.Candidate.Length)
        .ThenBy(static pair => pair.Candidate, StringComparer.Ordinal)
        .Select(static pair => pair.Candidate)
        .FirstOrDefault();

    /// <summary>1: the word begins it; 2: it begins the word; 3: the word is one of its parts; 0: nothing of all that.</summary>
    private static int Fit(string word, string plain, string candidate)
    {
        string other = Plain(candidate);
        return other.StartsWith(plain, StringComparison.Ordinal) ? 1
            : other.Length >= MinPieceChars && plain.StartsWith(other, StringComparison.Ordinal) ? 2
            : candidate.Split('-', '_', '.').Contains(word, StringComparer.OrdinalIgnoreCase) ? 3
            : 0;
    }

    /// <summary>A remedy for a name that is not known: the one that was probably meant, else those that there are.</summary>
    /// <param name="word">What was written.</param>
    /// <param name="known">What could have been.</param>
    /// <param name="whenNone">What to do when there is nothing to choose from.</param>
    public static string Remedy(string word, IReadOnlyCollection<string> known, string whenNone)
    {
        const int listedCount = 8;
        string[] named = [.. known.Where(static name => !EntryPath.IsPlace(name))];
        if (named.Length == 0)
        {
            return whenNone;
        }

        return Of(word, named) is { } near
            ? $"did you mean '{near}'?"
            : $"known are {string.Join(", ", named.Order(StringComparer.Ordinal).Take(listedCount))}{(named.Length > listedCount ? ", …" : "")}";
    }

    /// <summary>ring-timeout and RingTimeout are ringTimeout misspelt.</summary>
    private static string Plain(string word) => word.Replace("-", "", StringComparison.Ordinal).Replace("_", "", StringComparison.Ordinal).ToLowerInvariant();

    /// <summary>Insertions, deletions and replacements of one letter, and exchanges of two neighbours (optimal string alignment).</summary>
    private static int Distance(string from, string to)
    {
        int[] before = new int[to.Length + 1];
        int[] last = new int[to.Length + 1];
        int[] row = [.. Enumerable.Range(0, to.Length + 1)];
        for (int i = 1; i <= from.Length; i++)
        {
            (before, last, row) = (last, row, before);
            row[0] = i;
            for (int j = 1; j <= to.Length; j++)
            {
                int replaced = last[j - 1] + (from[i - 1] == to[j - 1] ? 0 : 1);
                row[j] = Math.Min(replaced, Math.Min(last[j], row[j - 1]) + 1);
                if (i > 1 && j > 1 && from[i - 1] == to[j - 2] && from[i - 2] == to[j - 1])
                {
                    row[j] = Math.Min(row[j], before[j - 2] + 1);
                }
            }
        }

        return row[to.Length];
    }
}
