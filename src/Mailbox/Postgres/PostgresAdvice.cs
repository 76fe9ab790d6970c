namespace Routing.Mailbox.Postgres;

/// <summary>
/// What a server with synchronous standbys should be set to, so that nothing that was reported as committed is lost when one of them is promoted, and so that one that is away holds nothing up. Told once, at the start: the
/// program works with any of it. (https://www.postgresql.org/docs/15/runtime-config-replication.html#GUC-SYNCHRONOUS-STANDBY-NAMES)
/// </summary>
internal static class PostgresAdvice
{
    /// <param name="standbyNames">synchronous_standby_names.</param>
    /// <param name="synchronousCommit">synchronous_commit, as the server has it for this user.</param>
    public static IReadOnlyList<string> Of(string standbyNames, string synchronousCommit)
    {
        if (string.IsNullOrWhiteSpace(standbyNames))
        {
            return [];
        }

        List<string> advice = [];
        if (synchronousCommit is "off" or "local")
        {
            advice.Add($"synchronous_commit is {synchronousCommit} although standbys are named: this program waits for them in its own connections, nobody else does; set it to on");
        }
        else if (synchronousCommit is "remote_write")
        {
            advice.Add("synchronous_commit is remote_write: a standby whose machine fails after it has answered loses commits that callers were told of; set it to on");
        }

        string text = standbyNames.Trim();
        bool isAny = text.StartsWith("ANY", StringComparison.OrdinalIgnoreCase) && text.Contains('(', StringComparison.Ordinal);
        int open = text.IndexOf('(', StringComparison.Ordinal);
        string list = open < 0 ? text : text[(open + 1)..].TrimEnd(')', ' ');
        bool hasOne = !list.Contains(',', StringComparison.Ordinal) && list.Trim() != "*";
        if (hasOne)
        {
            advice.Add($"synchronous_standby_names is '{text}': while that one standby is away nothing commits; name two, ANY 1 (a, b)");
        }
        else if (!isAny)
        {
            advice.Add($"synchronous_standby_names is '{text}': every commit waits for the first of the list, however slow it is; ANY 1 (…) waits for whichever answers first");
        }

        return advice;
    }
}
