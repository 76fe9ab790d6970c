using System.Net;
using System.Net.Sockets;
using Routing.EndToEnd.Network;
using Routing.EndToEnd.Processes;
using Routing.TestKit.Postgres;
using Xunit;

namespace Routing.EndToEnd;

/// <summary>A process is started while what it needs is away: it waits, says so, and ends when it is asked to.</summary>
public sealed class StartWaitTests : IDisposable
{
    private static readonly TimeSpan StopLimit = TimeSpan.FromSeconds(5);

    private readonly TestNetwork _network = new();
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("routing-");
    private readonly HttpClient _http;

    public StartWaitTests() => _http = new HttpClient { BaseAddress = new Uri($"http://{Http}") };

    private string Http => _network.Server + ":8080";

    public void Dispose()
    {
        _http.Dispose();
        _folder.Delete(recursive: true);
    }

    [Theory]
    [InlineData("all")]
    [InlineData("silo")]
    public async Task Without_its_database_it_waits_tells_probes_why_and_serves_once_the_server_is_there(string role)
    {
        using PostgresServer postgres = PostgresServer.StartOwn();
        postgres.StopImmediately();
        await using ChildProcess routing = Start(["--role", role, "--store", "postgres:" + postgres.TcpConnection, .. role == "all" ? ["--sip", _network.Server + ":5060"] : Silo()]);

        await routing.OutputLineAsync($"Waiting for the database: PostgreSQL at 127.0.0.1:{postgres.Port} cannot be reached");
        await IsWaitingAsync("Waiting for the database");
        postgres.Start();
        await routing.OutputLineAsync("Ready.");

        Assert.Equal(HttpStatusCode.OK, (await GetAsync("/readyz")).Status);
        routing.Terminate();
        Assert.Equal(0, await routing.ExitAsync(StopLimit));
        Assert.Equal("", routing.Errors);
    }

    [Fact]
    public async Task A_silo_that_is_asked_to_end_while_it_waits_for_its_database_does()
    {
        await using ChildProcess routing = Start(["--role", "silo", "--store", "postgres:Host=/nowhere;Port=1;Password=hidden-one", .. Silo()]);
        await routing.OutputLineAsync("Waiting for the database: PostgreSQL at /nowhere:1 cannot be reached: it has no socket there");

        routing.Terminate();

        Assert.Equal(0, await routing.ExitAsync(StopLimit));
        Assert.Equal("", routing.Errors);
        Assert.DoesNotContain("-one", routing.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_gateway_without_silos_tells_probes_why_and_ends_when_it_is_asked_to()
    {
        await using ChildProcess routing = Start(["--role", "gateway", "--name", "gateway-1", "--silos", _network.Silo + ":7000", "--cluster-key", ClusterKey(), "--sip", _network.Server + ":5060"]);
        await routing.OutputLineAsync("Waiting for a silo at ");
        await IsWaitingAsync("Waiting for a silo at " + _network.Silo + ":7000");

        routing.Terminate();

        Assert.Equal(0, await routing.ExitAsync(StopLimit));
        Assert.Equal("", routing.Errors);
    }

    [Fact]
    public async Task An_address_of_HTTP_that_is_in_use_is_told_while_it_waits_too()
    {
        using TcpListener taken = new(IPEndPoint.Parse(Http));
        taken.Start();
        await using ChildProcess routing = Start(["--role", "silo", "--store", "postgres:Host=/nowhere;Port=1", .. Silo()]);

        Assert.Equal(2, await routing.ExitAsync());
        Assert.Contains("the port is in use", Assert.Single(routing.Errors.Split('\n', StringSplitOptions.RemoveEmptyEntries)), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("sip")]
    [InlineData("http")]
    public async Task A_port_that_is_in_use_is_one_line_and_nothing_else(string which)
    {
        string sip = _network.Server + ":5060";
        using TcpListener taken = new(IPEndPoint.Parse(which == "sip" ? sip : Http));
        taken.Start();
        await using ChildProcess routing = Start(["--sip", sip]);

        Assert.Equal(2, await routing.ExitAsync());
        Assert.StartsWith($"routing: {which}: ", Assert.Single(routing.Errors.Split('\n', StringSplitOptions.RemoveEmptyEntries)), StringComparison.Ordinal);
        Assert.Equal("", routing.Output);
    }

    private ChildProcess Start(string[] options) => ChildProcess.Start(RoutingServer.Program, ["--http", Http, "--data", Path.Combine(_folder.FullName, "data"), .. options], _folder.FullName);

    private string[] Silo() => ["--name", "silo-1", "--link", _network.Silo + ":7000", "--cluster-key", ClusterKey(), "--config", RoutingServer.DemoFile];

    private string ClusterKey()
    {
        string file = Path.Combine(_folder.FullName, "cluster.key");
        File.WriteAllText(file, "a secret of this test alone");
        return file;
    }

    private async Task IsWaitingAsync(string reason)
    {
        (HttpStatusCode status, string text) = await GetAsync("/readyz");
        Assert.Equal(HttpStatusCode.ServiceUnavailable, status);
        Assert.StartsWith("not ready: " + reason, text, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.OK, (await GetAsync("/healthz")).Status);
        Assert.Contains("routing_ready 0\n", (await GetAsync("/metrics")).Text, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, (await GetAsync("/api/v1/calls")).Status);
    }

    private async Task<(HttpStatusCode Status, string Text)> GetAsync(string path)
    {
        using HttpResponseMessage response = await _http.GetAsync(new Uri(path, UriKind.Relative));
        return (response.StatusCode, await response.Content.ReadAsStringAsync());
    }
}
