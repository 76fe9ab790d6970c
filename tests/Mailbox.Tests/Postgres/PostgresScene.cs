using Npgsql;
using Routing.Contracts.Ids;
using Routing.Mailbox.Postgres;
using Routing.TestKit.Postgres;

namespace Routing.Mailbox.Tests.Postgres;

/// <summary>A schema of one test with a domain in partition 3, silos that share it, and somebody who looks from outside.</summary>
internal sealed class PostgresScene : IDisposable
{
    public const int Partition = 3;

    private readonly List<IDisposable> _parts = [];
    private readonly NpgsqlConnection _outside;

    public PostgresScene(PostgresServer? server = null)
    {
        Server = server ?? PostgresServer.Shared;
        Connection = Server.Connection + PostgresServer.NewSchema();
        First = Silo("first");
        Domain = First.PlaceDomain(DomainId.Of("d"), Partition, 0);
        _outside = new NpgsqlConnection(Connection + ";Pooling=false;Command Timeout=60");
        _outside.Open();
    }

    public PostgresServer Server { get; }

    public string Connection { get; }

    public PostgresStore First { get; }

    public DomainPlacement Domain { get; }

    /// <summary>Another process, as far as the server can see.</summary>
    public PostgresStore Silo(string name, int commandTimeoutSeconds = 20)
    {
        PostgresStore store = PostgresStore.Open(
            Connection, TimeProvider.System, new PostgresStoreOptions { Name = name, CommandTimeoutSeconds = commandTimeoutSeconds, ConnectTimeoutSeconds = 30 });
        _parts.Add(store);
        return store;
    }

    /// <summary>Another process, at the other end of a wire.</summary>
    public PostgresStore Silo(string name, Relay wire)
    {
        string connection = Server.TcpConnection.Replace($"Port={Server.Port}", $"Port={wire.Port}", StringComparison.Ordinal) + Connection[Connection.LastIndexOf(';')..];
        PostgresStore store = PostgresStore.Open(
            connection + ";SSL Mode=Disable;GSS Encryption Mode=Disable", TimeProvider.System, new PostgresStoreOptions { Name = name, CommandTimeoutSeconds = 300, ConnectTimeoutSeconds = 30 });
        _parts.Add(store);
        return store;
    }

    /// <summary>Takes partition 3 as a lane does: again and again while the server still ends the former owner.</summary>
    public static ILaneSession TakeOver(PostgresStore store)
    {
        while (true)
        {
            try
            {
                return store.Acquire([Partition]);
            }
            catch (StoreException exception) when (exception.Failure == StoreFailure.Busy)
            {
                // Ends when the server has noticed, or with the time-out of the test run.
                Thread.Yield();
            }
        }
    }

    public LaneCommit Commit(ILaneSession session, long sequence)
    {
        LaneCommit commit = new() { NowMs = sequence };
        commit.Partitions.AddRange(session.Partitions);
        DomainCommit domain = new(Domain) { Sequence = sequence, LastTurnMs = sequence };
        domain.Turns.Add(new StoredTurn(sequence, sequence, new byte[] { 1 }));
        commit.Domains.Add(domain);
        return commit;
    }

    /// <summary>Runs statements beside everybody else, as the superuser. Returns the first value.</summary>
    public object? Sql(string sql)
    {
        using NpgsqlCommand command = new(sql, _outside);
        return command.ExecuteScalar();
    }

    /// <summary>Ends the server's side of an owner, and returns once it is gone.</summary>
    public void EndOwner() => Sql("SELECT pg_terminate_backend(pid, 30000) FROM owners");

    /// <summary>Something happens whenever a turn is written.</summary>
    public void OnTurn(string body) => Sql(
        $"""
        CREATE OR REPLACE FUNCTION on_turn() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN {body} RETURN NULL; END';
        CREATE OR REPLACE TRIGGER on_turn AFTER INSERT ON turns FOR EACH STATEMENT EXECUTE FUNCTION on_turn()
        """);

    public void Dispose()
    {
        _outside.Dispose();
        _parts.ForEach(static part => part.Dispose());
    }
}
