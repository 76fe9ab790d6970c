using Npgsql;

namespace Routing.Mailbox.Postgres;

/// <summary>Forgets a few old things of a domain in one transaction and one round trip, under the same check of epochs as a commit.</summary>
internal static class PostgresPruning
{
    // Times rise with numbers: looking at the oldest few turns is enough. A search for old ones would walk over the whole log whenever there are few.
    private const string Turns =
        """
        DELETE FROM turns WHERE domain = $1 AND sequence = ANY (ARRAY(SELECT sequence FROM
            (SELECT sequence, at_ms FROM turns WHERE domain = $1 AND sequence < $2 ORDER BY sequence LIMIT $4) oldest WHERE at_ms < $3))
        """;

    private const string Rows =
        """
        DELETE FROM grain_rows r USING (SELECT kind, key FROM grain_rows WHERE domain = $1 AND expires_ms < $2 ORDER BY expires_ms LIMIT $3) old
        WHERE r.domain = $1 AND r.kind = old.kind AND r.key = old.key
        """;

    private const string Replies = "DELETE FROM replies WHERE domain = $1 AND key = ANY (ARRAY(SELECT key FROM replies WHERE domain = $1 AND at_ms < $2 ORDER BY at_ms LIMIT $3))";

    private const string Letters =
        "DELETE FROM dead_letters WHERE domain = $1 AND number = ANY (ARRAY(SELECT number FROM dead_letters WHERE domain = $1 AND number < $2 ORDER BY number LIMIT $3))";

    /// <summary>Returns how many rows went.</summary>
    public static int Run(NpgsqlConnection client, PruneRequest request, IReadOnlyList<PartitionEpoch> owned)
    {
        using NpgsqlBatch batch = new(client);
        NpgsqlBatchCommand fence = Add(batch, "SELECT fence($1, $2, NULL)");
        fence.Parameters.WithAll([.. owned.Select(partition => partition.Partition)]).With<long[]>([.. owned.Select(partition => partition.Epoch)], ColumnTypes.Longs);
        NpgsqlBatchCommand[] deletions =
        [
            Add(batch, Turns), Add(batch, Rows), Add(batch, Replies), Add(batch, Letters),
        ];
        deletions[0].Parameters.With(request.Domain).With(request.TurnsBefore).With(request.TurnsOlderThanMs).With(request.LimitRows);
        deletions[1].Parameters.With(request.Domain).With(request.ExpiredBeforeMs).With(request.LimitRows);
        deletions[2].Parameters.With(request.Domain).With(request.RepliesOlderThanMs).With(request.LimitRows);
        deletions[3].Parameters.With(request.Domain).With(request.DeadLettersBefore).With(request.LimitRows);
        batch.ExecuteNonQuery();
        return deletions.Sum(static deletion => (int)deletion.RecordsAffected);
    }

    private static NpgsqlBatchCommand Add(NpgsqlBatch batch, string sql)
    {
        NpgsqlBatchCommand command = new(sql);
        batch.BatchCommands.Add(command);
        return command;
    }
}
