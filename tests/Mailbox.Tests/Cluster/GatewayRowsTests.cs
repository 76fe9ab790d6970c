using Npgsql;
using Routing.Mailbox.Membership;
using Routing.Mailbox.Postgres;
using Xunit;

namespace Routing.Mailbox.Tests.Cluster;

/// <summary>The rows of the gateways that silos have seen: with generated names of pods, each start of either makes new ones.</summary>
public sealed class GatewayRowsTests : IDisposable
{
    private const string NowMs = "(extract(epoch FROM clock_timestamp()) * 1000)::bigint";

    /// <summary>So long before the limit as no test lasts, and a moment beyond it.</summary>
    private const long RememberedMs = GatewayView.RememberedMs / 2, ForgottenMs = GatewayView.RememberedMs + 1;

    private readonly ClusterScene _scene = new();
    private readonly NpgsqlConnection _client;

    public GatewayRowsTests()
    {
        _client = new NpgsqlConnection(_scene.Connection + ";Pooling=false;Command Timeout=60");
        _client.Open();
    }

    public void Dispose()
    {
        _client.Dispose();
        _scene.Dispose();
    }

    [Fact]
    public void A_silo_that_notes_its_gateways_forgets_what_any_silo_saw_longer_ago_than_is_remembered_and_nothing_else()
    {
        Put("pod-1", "gw-old", ForgottenMs);
        Put("pod-1", "gw-away", RememberedMs);
        Put("pod-2", "gw-old", ForgottenMs);
        Put("pod-3", "gw-now", ForgottenMs);
        Put("pod-3", "gw-old", ForgottenMs);

        PostgresGateways.Note(_client, "pod-3", [new GatewayLevel("gw-now", 2)]);

        Assert.Equal("pod-1/gw-away/1 pod-3/gw-now/2", Rows());
        Assert.Equal(["gw-away", "gw-now"], PostgresGateways.Read(_client).Select(static gateway => gateway.Name));
    }

    [Fact]
    public void What_another_silo_is_forgetting_at_that_moment_is_waited_for_by_nobody_and_goes_another_time()
    {
        Put("pod-1", "gw-old", ForgottenMs);
        Put("pod-2", "gw-old", ForgottenMs);
        using (NpgsqlConnection other = new(_scene.Connection + ";Pooling=false;Command Timeout=60"))
        {
            other.Open();
            using NpgsqlTransaction forgetting = other.BeginTransaction();
            Run(other, "SELECT 1 FROM gateways WHERE silo = 'pod-1' FOR UPDATE");
            PostgresGateways.Note(_client, "pod-3", [new GatewayLevel("gw-now", 2)]);
            Assert.Equal("pod-1/gw-old/1 pod-3/gw-now/2", Rows());
        }

        PostgresGateways.Note(_client, "pod-3", [new GatewayLevel("gw-now", 2)]);
        Assert.Equal("pod-3/gw-now/2", Rows());
    }

    [Theory]
    [InlineData(PostgresGateways.MaxForgottenCount, 0L)]
    [InlineData(PostgresGateways.MaxForgottenCount + 1, 1L)]
    public void A_silo_forgets_so_many_at_a_time_that_its_sign_of_life_is_not_held_up(int old, long left)
    {
        Run(_client, $"INSERT INTO gateways SELECT 'pod-' || n, 'gw', 1, {NowMs} - {ForgottenMs} FROM generate_series(1, {old}) n");

        PostgresGateways.Note(_client, "pod-0", [new GatewayLevel("gw", 1)]);
        Assert.Equal(left + 1, Run(_client, "SELECT count(*) FROM gateways"));
        PostgresGateways.Note(_client, "pod-0", [new GatewayLevel("gw", 1)]);
        Assert.Equal(1L, Run(_client, "SELECT count(*) FROM gateways"));
    }

    private void Put(string silo, string name, long agoMs) => Run(_client, $"INSERT INTO gateways VALUES ('{silo}', '{name}', 1, {NowMs} - {agoMs})");

    private string Rows() => (string)Run(_client, "SELECT string_agg(silo || '/' || name || '/' || level, ' ' ORDER BY silo, name) FROM gateways")!;

    private static object? Run(NpgsqlConnection client, string sql)
    {
        using NpgsqlCommand command = new(sql, client);
        return command.ExecuteScalar();
    }
}
