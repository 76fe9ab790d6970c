using Npgsql;
using Routing.Mailbox.Postgres;
using Routing.Mailbox.Sqlite;
using Routing.Mailbox.Tests.Fakes;
using Routing.TestKit.Postgres;
using Xunit;

namespace Routing.Mailbox.Tests.Stores;

/// <summary>What a store says of its history: the same as long as it goes on, another once it was brought back from a copy.</summary>
public sealed class HistoryTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("routing-history-");
    private readonly ManualTime _time = new();

    private string DataFile => Path.Combine(_folder.FullName, "mailbox.db");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public void A_data_folder_keeps_its_history_over_restarts_until_the_file_that_names_it_is_deleted()
    {
        string first = Live(60);
        Assert.NotEmpty(first);
        Assert.Equal(first, Live(60));

        File.Delete(Path.Combine(_folder.FullName, "history"));
        string marked = Live(60);
        Assert.NotEqual(first, marked);
        Assert.Equal(marked, Live(60));
    }

    [Fact]
    public void A_data_file_that_is_older_than_the_signs_of_life_beside_it_has_another_history()
    {
        string first = Live(60);
        string copy = DataFile + ".copy";
        File.Copy(DataFile, copy);
        Assert.Equal(first, Live(600));

        File.Copy(copy, DataFile, overwrite: true);
        File.Delete(DataFile + "-wal");
        string restored = Live(60);
        Assert.NotEqual(first, restored);
        Assert.Equal(restored, Live(60));
    }

    [Fact]
    public void A_database_keeps_its_history_until_its_schema_is_made_anew_or_marked()
    {
        string connection = PostgresServer.Shared.Connection + PostgresServer.NewSchema();
        string first = Open(connection);
        Assert.NotEmpty(first);
        Assert.Equal(first, Open(connection));

        string schema = new NpgsqlConnectionStringBuilder(connection).SearchPath!;
        Run(connection, $"COMMENT ON SCHEMA {schema} IS 'brought back from a copy'");
        string marked = Open(connection);
        Assert.NotEqual(first, marked);
        Assert.Equal(marked, Open(connection));

        Run(connection, $"DROP SCHEMA {schema} CASCADE");
        Assert.NotEqual(first, Open(connection));
        Assert.NotEqual(first, Open(PostgresServer.Shared.Connection + PostgresServer.NewSchema()));
    }

    private static string Open(string connection)
    {
        using PostgresStore store = PostgresStore.Open(connection, TimeProvider.System);
        return store.History;
    }

    private static void Run(string connection, string sql)
    {
        using NpgsqlConnection client = new(connection);
        client.Open();
        using NpgsqlCommand command = client.CreateCommand();
#pragma warning disable CA2100 // The name of a schema of this test.
        command.CommandText = sql;
#pragma warning restore CA2100
        command.ExecuteNonQuery();
    }

    /// <summary>One life of a store, at whose end it was alive for so many seconds.</summary>
    private string Live(int seconds)
    {
        using SqliteStore store = SqliteStore.Open(_folder.FullName, _time);
        using ILaneSession session = store.Acquire([store.PlaceDomain(Ledger.Domain, 0, 0).Partition]);
        _time.Advance(seconds * 1_000);
        LaneCommit heartbeat = new() { NowMs = _time.NowMs, IsHeartbeat = true };
        heartbeat.Partitions.AddRange(session.Partitions);
        Assert.Equal(CommitOutcome.Committed, session.Commit(heartbeat).Outcome);
        session.SignOfLife(_time.NowMs);
        return store.History;
    }
}
