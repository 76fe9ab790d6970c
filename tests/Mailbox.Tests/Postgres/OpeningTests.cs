using System.Net;
using System.Net.Sockets;
using Npgsql;
using Routing.Mailbox.Postgres;
using Routing.Mailbox.Tests.Fakes;
using Routing.TestKit.Postgres;
using Xunit;

namespace Routing.Mailbox.Tests.Postgres;

/// <summary>What a server and a connection must be like, told in one line without secrets.</summary>
public sealed class OpeningTests
{
    private static readonly PostgresServer Server = PostgresServer.Shared;

    [Theory]
    [InlineData("Host=127.0.0.1;Pooling=true", "Pooling")]
    [InlineData("Host=127.0.0.1;Multiplexing=true", "Multiplexing")]
    [InlineData("Username=a;Password=secret", "names no server")]
    [InlineData("Host=db;secret=1", "not understood")]
    [InlineData("postgresql://u:secret@db/routing", "not understood")]
    [InlineData("Host=db;Search Path=a,b", "one schema")]
    public void A_connection_that_no_owner_can_have_is_refused(string connection, string told)
    {
        PostgresStoreException refused = Assert.Throws<PostgresStoreException>(() => PostgresStore.Open(connection, TimeProvider.System));
        Assert.Contains(told, refused.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", refused.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_wrong_password_is_told_without_the_password()
    {
        string connection = Server.TcpConnection.Replace(PostgresServer.Password, "guessed-it", StringComparison.Ordinal);
        PostgresStoreException refused = Assert.Throws<PostgresStoreException>(() => PostgresStore.Open(connection, TimeProvider.System));
        Assert.Contains("does not let user postgres in", refused.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("guessed-it", refused.ToString(), StringComparison.Ordinal);
        Assert.False(refused.IsPassing);
    }

    [Fact]
    public void A_server_that_is_not_there_is_named()
    {
        PostgresStoreException refused = Assert.Throws<PostgresStoreException>(() => PostgresStore.Open("Host=/nowhere;Port=1", TimeProvider.System));
        Assert.Contains("at /nowhere:1 cannot be reached: it has no socket there", refused.Message, StringComparison.Ordinal);
        Assert.True(refused.IsPassing);
    }

    [Fact]
    public void A_database_that_does_not_exist_is_named()
    {
        string connection = Server.Connection.Replace("Database=postgres", "Database=nothing", StringComparison.Ordinal);
        PostgresStoreException refused = Assert.Throws<PostgresStoreException>(() => PostgresStore.Open(connection, TimeProvider.System));
        Assert.Contains("has no database nothing", refused.Message, StringComparison.Ordinal);
        Assert.False(refused.IsPassing);
    }

    [Theory]
    [InlineData(14_00_11, false, false, "100ms", 7, "PostgreSQL 14; 15 or newer")]
    [InlineData(15_00_18, true, false, "100ms", 7, "standby")]
    [InlineData(15_00_18, false, true, "100ms", 7, "takes no writes")]
    [InlineData(15_00_18, false, false, "0", 7, "pooler")]
    [InlineData(15_00_18, false, false, "100ms", 8, "pooler")]
    public void A_session_that_no_owner_can_use_is_refused(int version, bool isStandby, bool isReadOnly, string interval, int pid, string told)
    {
        PostgresSession session = new(7, pid, 1, version, isStandby, isReadOnly, interval, "on", 0);
        Assert.Contains(told, session.Refusal()?.Message, StringComparison.Ordinal);
        Assert.Null((session with { VersionNumber = 16_00_01, IsStandby = false, IsReadOnly = false, CheckInterval = "100ms", Pid = 7 }).Refusal());
    }

    [Fact]
    public void A_pooler_in_between_is_found_out_by_its_key_data()
    {
        using Relay pooler = new(Server.Port, isPooler: true);
        string connection = Server.TcpConnection.Replace($"Port={Server.Port}", $"Port={pooler.Port}", StringComparison.Ordinal) + PostgresServer.NewSchema();
        PostgresStoreException refused = Assert.Throws<PostgresStoreException>(
            () => PostgresStore.Open(connection + ";SSL Mode=Disable;GSS Encryption Mode=Disable", TimeProvider.System, new PostgresStoreOptions { ConnectTimeoutSeconds = 30 }));
        Assert.Contains("connection pooler", refused.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(1_500, "behind")]
    [InlineData(-1_500, "ahead of")]
    [InlineData(900, null)]
    [InlineData(-900, null)]
    public void With_a_clock_that_differs_by_more_than_a_second_nothing_is_opened_and_nothing_owned(int serverAheadMs, string? told)
    {
        ManualTime time = new();
        ManualTime server = new();
        string connection = Server.Connection + PostgresServer.NewSchema();
        PostgresStoreOptions options = new() { ServerClock = server };
        using PostgresStore store = PostgresStore.Open(connection, time, options);
        server.StepDate(serverAheadMs);
        if (told is null)
        {
            using ILaneSession owner = store.Acquire([1]);
            return;
        }

        StoreException refused = Assert.ThrowsAny<StoreException>(() => store.Acquire([1]));
        Assert.Equal(StoreFailure.ClockDiffers, refused.Failure);
        Assert.Contains($"1.5 s {told}", refused.Message, StringComparison.Ordinal);
        Assert.Throws<PostgresStoreException>(() => PostgresStore.Open(connection, time, options));
    }

    [Fact]
    public void A_first_host_that_takes_long_to_fail_excuses_no_clock()
    {
        ManualTime time = new();
        ManualTime server = new();
        using TcpListener dead = new(IPAddress.Parse("127.38.0.1"), 0);
        dead.Start();
        Task refusing = Task.Run(async () =>
        {
            using Socket came = await dead.AcceptSocketAsync();
            time.Advance(60_000);
            server.Advance(60_000);
        });
        server.StepDate(-30_000);
        string connection = Server.TcpConnection.Replace("Host=127.0.0.1;Port=", $"Host=127.38.0.1:{((IPEndPoint)dead.LocalEndpoint).Port},127.0.0.1:", StringComparison.Ordinal);
        PostgresStoreException refused = Assert.Throws<PostgresStoreException>(() => PostgresStore.Open(
            connection + PostgresServer.NewSchema() + ";SSL Mode=Disable;GSS Encryption Mode=Disable", time, new PostgresStoreOptions { ServerClock = server, ConnectTimeoutSeconds = 30 }));
        Assert.Equal(StoreFailure.ClockDiffers, refused.Failure);
        Assert.True(refusing.IsCompletedSuccessfully);
    }

    [Fact]
    public void A_server_whose_files_were_put_back_is_refused_until_the_process_starts_again()
    {
        using PostgresScene scene = new();
        using PostgresStore store = scene.Silo("silo");
        scene.Sql("COMMENT ON SCHEMA " + new NpgsqlConnectionStringBuilder(scene.Connection).SearchPath + " IS 'put back'");
        StoreException refused = Assert.ThrowsAny<StoreException>(() => store.Acquire([1]));
        Assert.Equal(StoreFailure.Fenced, refused.Failure);
        Assert.Contains("another history", refused.Message, StringComparison.Ordinal);
        using PostgresStore again = scene.Silo("silo");
        using ILaneSession owner = again.Acquire([1]);
    }

    [Theory]
    [InlineData("", "off", "")]
    [InlineData("ANY 1 (a, b)", "on", "")]
    [InlineData("any 1 (*)", "remote_apply", "")]
    [InlineData("ANY 1 (a, b)", "off", "synchronous_commit is off although standbys are named")]
    [InlineData("ANY 1 (a, b)", "local", "synchronous_commit is local although standbys are named")]
    [InlineData("ANY 1 (a, b)", "remote_write", "synchronous_commit is remote_write")]
    [InlineData("a", "on", "name two, ANY 1 (a, b)")]
    [InlineData("FIRST 1 (a)", "on", "name two, ANY 1 (a, b)")]
    [InlineData("a, b", "on", "waits for the first of the list")]
    [InlineData("FIRST 1 (a, b)", "on", "waits for the first of the list")]
    public void Settings_of_standbys_that_lose_or_hold_up_commits_are_told_of(string names, string commit, string told)
    {
        IReadOnlyList<string> advice = PostgresAdvice.Of(names, commit);
        if (told.Length == 0)
        {
            Assert.Empty(advice);
        }
        else
        {
            Assert.Contains(told, Assert.Single(advice), StringComparison.Ordinal);
        }
    }

    [Fact]
    public void What_is_told_of_comes_from_the_server_and_nothing_is_where_no_standby_is_named()
    {
        using PostgresScene scene = new();
        Assert.Empty(scene.First.Advice);
    }

    [Fact]
    public void Without_a_stand_in_the_time_is_the_servers()
    {
        using PostgresScene scene = new();
        using ILaneSession owner = scene.First.Acquire([1]);
        long before = (long)scene.Sql("SELECT (extract(epoch FROM clock_timestamp()) * 1000)::bigint")!;
        Assert.InRange(owner.ReadClockMs(), before, before + 60_000);
    }

    [Fact]
    public async Task Silos_that_start_at_once_make_the_tables_once()
    {
        string connection = Server.Connection + PostgresServer.NewSchema();
        PostgresStore[] stores = await Task.WhenAll(Enumerable.Range(0, 6).Select(
            _ => Task.Run(() => PostgresStore.Open(connection, TimeProvider.System, new PostgresStoreOptions { ConnectTimeoutSeconds = 60 }))));
        Assert.Equal((long)PostgresSchema.Version, Run(connection, "SELECT (SELECT count(*) FROM migrations) + (SELECT count(*) FROM additions)"));
        Array.ForEach(stores, static store => store.Dispose());
    }

    [Fact]
    public void Tables_of_a_newer_version_are_left_alone()
    {
        using PostgresScene scene = new();
        scene.Sql("INSERT INTO migrations (version) VALUES (99)");
        PostgresStoreException refused = Assert.Throws<PostgresStoreException>(() => scene.Silo("late"));
        Assert.Equal(StoreFailure.TooNew, refused.Failure);
        Assert.Contains("schema version 99", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Who_may_make_no_tables_is_told_so_and_can_work_where_they_are()
    {
        using PostgresScene scene = new();
        string schema = new NpgsqlConnectionStringBuilder(scene.Connection).SearchPath!;
        scene.Sql($"CREATE ROLE {schema}_clerk LOGIN");
        string asClerk = scene.Connection.Replace("Username=postgres", $"Username={schema}_clerk", StringComparison.Ordinal);
        PostgresStoreException refused = Assert.Throws<PostgresStoreException>(
            () => PostgresStore.Open(asClerk.Replace(schema, schema + "_other", StringComparison.Ordinal).Replace($"{schema}_other_clerk", $"{schema}_clerk", StringComparison.Ordinal), TimeProvider.System));
        Assert.Contains($"user {schema}_clerk may not do what is needed", refused.Message, StringComparison.Ordinal);
        scene.Sql($"GRANT USAGE ON SCHEMA {schema} TO {schema}_clerk; GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA {schema} TO {schema}_clerk");
        using PostgresStore store = PostgresStore.Open(asClerk, TimeProvider.System, new PostgresStoreOptions { ConnectTimeoutSeconds = 30 });
        using ILaneSession owner = store.Acquire([PostgresScene.Partition]);
        Assert.Equal(CommitResult.Ok, owner.Commit(scene.Commit(owner, 1)));
    }

    private static object? Run(string connection, string sql)
    {
        using NpgsqlConnection client = new(connection + ";Pooling=false");
        client.Open();
        using NpgsqlCommand command = new(sql, client);
        return command.ExecuteScalar();
    }
}
