using Npgsql;
using Routing.Contracts.Engine;
using Routing.Mailbox.Postgres;
using Xunit;

namespace Routing.Mailbox.Tests.Postgres;

/// <summary>What reading touches, as the server counts it.</summary>
public sealed class ReadTests
{
    private const int Stored = 5_000;
    private const int Read = 50;

    [Fact]
    public void Rows_that_are_read_by_key_cost_as_many_rows_also_when_the_plan_was_made_while_there_were_none()
    {
        using PostgresScene scene = new();
        using NpgsqlConnection client = new(PostgresSettings.Parse(scene.Connection, new PostgresStoreOptions()).Owner);
        client.Open();
        List<StoredRow> found = [];
        RowAddress[] addresses = [.. Enumerable.Range(0, 2 * Read).Select(i => new RowAddress(scene.Domain.Number, Key((Stored - Read) + i)))];

        // The plan is made here and kept.
        PostgresReads.Rows(client, addresses, (_, row) => Assert.Fail($"{row.Key} is stored."));
        Store(scene);
        using NpgsqlTransaction transaction = client.BeginTransaction();
        PostgresReads.Rows(client, addresses, (_, row) => found.Add(row));
        using NpgsqlCommand count = new("SELECT seq_tup_read + idx_tup_fetch FROM pg_stat_xact_user_tables WHERE relid = 'grain_rows'::regclass", client);

        Assert.Equal(Read, found.Count);
        Assert.InRange((long)count.ExecuteScalar()!, Read, 2 * Read);
    }

    private static void Store(PostgresScene scene)
    {
        using ILaneSession session = scene.First.Acquire([PostgresScene.Partition]);
        LaneCommit commit = new() { NowMs = session.ReadClockMs() };
        commit.Partitions.AddRange(session.Partitions);
        DomainCommit content = new(scene.Domain) { Sequence = 1, LastTurnMs = commit.NowMs };
        for (int i = 0; i < Stored; i++)
        {
            content.AddRow(new RowChange(Key(i), new byte[] { 1 }));
        }

        commit.Domains.Add(content);
        Assert.Equal(CommitOutcome.Committed, session.Commit(commit).Outcome);
    }

    private static RowKey Key(int number) => new(1, $"row{number}");
}
