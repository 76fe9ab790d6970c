using Npgsql;
using Routing.Contracts.Ids;
using Routing.Mailbox.Membership;
using Routing.Mailbox.Postgres;
using Routing.Mailbox.Tests.Fakes;
using Routing.Mailbox.Tests.Postgres;
using Routing.TestKit.Postgres;

namespace Routing.Mailbox.Tests.Cluster;

/// <summary>Silos over one schema.</summary>
internal sealed class ClusterScene : IDisposable
{
    public const int PartitionsCount = 8;

    private readonly List<ClusterSilo> _silos = [];
    private readonly PostgresServer _server;
    private readonly string _connection;
    private readonly PostgresStore _outside;

    public ClusterScene(PostgresServer? server = null)
    {
        _server = server ?? PostgresServer.Shared;
        _connection = _server.Connection + PostgresServer.NewSchema();
        _outside = PostgresStore.Open(_connection, TimeProvider.System, new PostgresStoreOptions { Name = "outside", CommandTimeoutSeconds = 60, ConnectTimeoutSeconds = 30 });
        Cluster = new PostgresCluster(_outside);
    }

    public ClusterNews News { get; } = new();

    public PostgresCluster Cluster { get; }

    public string Connection => _connection;

    public IReadOnlyList<ClusterSilo> Silos => _silos;

    /// <summary>Starts a silo and waits until it is in the cluster.</summary>
    public async Task<ClusterSilo> StartAsync(string name, Relay? wire = null, LedgerFactory? factory = null, TimeProvider? time = null, Func<SiloMemberOptions, SiloMemberOptions>? with = null)
    {
        string connection = wire is null
            ? _connection
            : _server.TcpConnection.Replace($"Port={_server.Port}", $"Port={wire.Port}", StringComparison.Ordinal) + _connection[_connection.LastIndexOf(';')..] + ";SSL Mode=Disable;GSS Encryption Mode=Disable";
        SiloMemberOptions options = new() { Name = name, Link = name + ":7000", PartitionsCount = PartitionsCount, NewcomerMs = 0 };
        ClusterSilo silo = new(connection, with is null ? options : with(options), factory ?? new LedgerFactory(), time ?? TimeProvider.System, News);
        _silos.Add(silo);
        await silo.Member.Joined.WaitAsync(TimeSpan.FromSeconds(120));
        return silo;
    }

    /// <summary>A process that only looks.</summary>
    public PostgresStore Open(string name) =>
        PostgresStore.Open(_connection, TimeProvider.System, new PostgresStoreOptions { Name = name, CommandTimeoutSeconds = 60, ConnectTimeoutSeconds = 30 });

    public Relay Wire() => new(_server.Port, isPooler: false);

    public DomainPlacement Place(string domain) => _silos[0].Member.PlaceDomain(DomainId.Of(domain));

    /// <summary>Waits until each partition is where the map wants it, and the silos own nothing else.</summary>
    public Task SettledAsync(params ClusterSilo[] silos) => News.UntilAsync(() =>
    {
        // What it was before anybody planned counts as well: all of them must have joined.
        ClusterView view = Cluster.Read();
        return view.Silos.Count == silos.Length
            && view.IsAsPlanned
            && silos.All(silo => silo.Partitions.SequenceEqual(view.Partitions.Where(partition => partition.Desired == silo.Member.Id).Select(partition => partition.Id)));
    });

    /// <summary>Who serves a domain: of those who say so, the one with the highest epoch.</summary>
    public ClusterSilo? OwnerOf(DomainId domain, IEnumerable<ClusterSilo>? silos = null) => (silos ?? _silos)
        .Select(silo => (Silo: silo, Served: silo.Host.Served.FirstOrDefault(served => served.Domain == domain)))
        .Where(known => known.Served.Epoch > 0)
        .OrderByDescending(known => known.Served.Epoch)
        .FirstOrDefault().Silo;

    public List<string> Entries(int domain, string account)
    {
        using IStoreReader reader = _outside.OpenReader();
        return reader.ReadRow(domain, new(LedgerMachine.Account, account)) is { } row ? [.. System.Text.Encoding.UTF8.GetString(row.Bytes.Span).TrimStart(LedgerMachine.SecondLevel).Split('\n')] : [];
    }

    public object? Sql(string sql)
    {
        using NpgsqlConnection client = new(_connection + ";Pooling=false;Command Timeout=60");
        client.Open();
        using NpgsqlCommand command = new(sql, client);
        return command.ExecuteScalar();
    }

    public void Dispose()
    {
        _silos.ForEach(silo => silo.Dispose());
        _outside.Dispose();
    }
}
