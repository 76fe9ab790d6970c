using System.Text.Json;
using Routing.Mailbox.Membership;
using Routing.Silo.Commands;
using Routing.Silo.Diagnostics;
using Routing.Silo.Hosting;
using Xunit;

namespace Routing.Silo.Tests.Commands;

/// <summary>What <c>routing cluster</c> and /metrics make of a cluster's state.</summary>
public sealed class ClusterTextTests
{
    private static readonly ClusterView View = new(
        7,
        [
            Silo(2, "silo-2", silentMs: 20_500),
            Silo(1, "silo-1", silentMs: 40) with { Level = 2, ClientsLevel = 1 },
            Silo(3, "silo-3", silentMs: 60) with { IsDraining = true },
            Silo(4, "silo-4", silentMs: 10) with { Refusal = "its clock is 3 s ahead" },
            Silo(5, "silo-5", silentMs: 30) with { IsDraining = true },
        ],
        [
            new PartitionView { Id = 0, Epoch = 3, DomainsCount = 2, Desired = 1, Owner = 1 },
            new PartitionView { Id = 1, Epoch = 9, DomainsCount = 1, Desired = 1, Owner = 3 },
            new PartitionView { Id = 2, Epoch = 1, DomainsCount = 0, Desired = 1, Owner = 2 },
            new PartitionView { Id = 3, Epoch = 4, DomainsCount = 5, Desired = 1, Owner = 77 },
            new PartitionView { Id = 4, Epoch = 0, DomainsCount = 0, Desired = 1, Owner = null },
        ]);

    [Fact]
    public void Silos_are_told_with_their_state_heartbeat_and_what_they_own()
    {
        string[] lines = Lines(ClusterText.WriteSilos);

        Assert.Equal("NAME    STATE     HEARTBEAT  PARTITIONS  DOMAINS  SCHEMA  LEVEL  GATEWAYS  LINK", lines[0]);
        Assert.Equal("silo-1  up        40 ms      1           2        2       2      1         10.0.0.1:7000", lines[1]);
        Assert.Equal("silo-2  silent    20 s       1           0        2       1      -         10.0.0.2:7000", lines[2]);
        Assert.Equal("silo-3  draining  60 ms      1           1        2       1      -         10.0.0.3:7000", lines[3]);
        Assert.Equal("silo-4  refused   10 ms      0           0        2       1      -         10.0.0.4:7000", lines[4]);
        Assert.Equal("silo-5  drained   30 ms      0           0        2       1      -         10.0.0.5:7000", lines[5]);
        Assert.Equal("silo-4 takes no partitions: its clock is 3 s ahead", lines[6]);
        Assert.Equal("Format level 1", lines[7]);
        Assert.Equal("1 partitions with domains have no owner: 'cluster partitions' lists them", lines[8]);
    }

    [Fact]
    public void A_list_as_JSON_says_nothing_of_partitions()
    {
        ClusterReport report = ClusterReport.Of(View);
        Assert.Contains("\"partitions\":", JsonSerializer.Serialize(report, CommandJson.Default.ClusterReport), StringComparison.Ordinal);
        string list = JsonSerializer.Serialize(report with { Partitions = null }, CommandJson.Default.ClusterReport);
        using JsonDocument told = JsonDocument.Parse(list);
        Assert.False(told.RootElement.TryGetProperty("partitions", out _), list);
    }

    [Theory]
    [InlineData("postgres:Host=db;secret=1", ExitCodes.Refused)]
    [InlineData("postgres:Host=/nowhere;Port=1", ExitCodes.NoAnswer)]
    public async Task A_store_that_is_wrong_is_refused_and_one_that_is_away_gives_no_answer(string store, int code) =>
        Assert.Equal(code, await new CommandLine(static (_, _) => Task.FromResult(0)).InvokeAsync(["cluster", "list", "--store", store]));

    [Fact]
    public void That_the_format_level_may_be_raised_is_told_once_all_silos_and_their_gateways_know_a_higher_one()
    {
        ClusterView next = View with { Silos = [Silo(1, "silo-1", silentMs: 40) with { Level = 3, ClientsLevel = 2 }, Silo(2, "silo-2", silentMs: 40) with { Level = 3 }] };
        using StringWriter written = new();
        ClusterText.WriteSilos(ClusterReport.Of(next), written);
        Assert.Contains("Format level 1; all know level 2: 'cluster upgrade' raises it, after which no former release is let in", written.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Gateways_are_told_with_what_they_know_and_who_saw_them_and_one_that_knows_less_keeps_the_level()
    {
        ClusterView view = View with
        {
            Silos = [Silo(1, "silo-1", silentMs: 40) with { Level = 2 }],
            Gateways = [new GatewayView("gateway-1", 2, "silo-1", 4_000), new GatewayView("gateway-2", 1, "silo-1", 1_800_000)],
        };
        using StringWriter written = new();
        ClusterText.WriteSilos(ClusterReport.Of(view), written);
        string[] lines = written.ToString().Split(Environment.NewLine);
        Assert.Equal("GATEWAY    LEVEL  SEEN     BY", lines[2]);
        Assert.Equal("gateway-1  2      4000 ms  silo-1", lines[3]);
        Assert.Equal("gateway-2  1      1800 s   silo-1", lines[4]);
        Assert.Equal("Format level 1", lines[5]);
    }

    [Fact]
    public void Partitions_are_told_with_owner_and_who_shall_have_them_and_how_old_the_owners_sign_is()
    {
        Assert.Equal(
            [
                "PARTITION  STATE    OWNER   DESIRED  EPOCH  DOMAINS  LAG",
                "0          served   silo-1  silo-1   3      2        40 ms",
                "1          moving   silo-3  silo-1   9      1        60 ms",
                "2          silent   silo-2  silo-1   1      0        20 s",
                "3          unowned  -       silo-1   4      5        -",
                "4          unowned  -       silo-1   0      0        -",
            ],
            Lines(ClusterText.WritePartitions));
    }

    [Fact]
    public void Metrics_count_what_a_silo_owns_what_it_shall_own_and_what_nobody_owns()
    {
        PrometheusText text = new();

        ClusterMetrics.WriteView(text, View, self: 1);

        string told = text.ToString();
        Assert.Contains("routing_cluster_silos 5\n", told, StringComparison.Ordinal);
        Assert.Contains("routing_cluster_silos_draining 2\n", told, StringComparison.Ordinal);
        Assert.Contains("routing_cluster_silos_refused 1\n", told, StringComparison.Ordinal);
        Assert.Contains("routing_cluster_epochs_total 17\n", told, StringComparison.Ordinal);
        Assert.Contains("routing_partitions_owned 1\n", told, StringComparison.Ordinal);
        Assert.Contains("routing_partitions_desired 5\n", told, StringComparison.Ordinal);
        Assert.Contains("routing_partitions_unowned 1\n", told, StringComparison.Ordinal);
    }

    private static string[] Lines(Action<ClusterReport, TextWriter> write)
    {
        using StringWriter output = new();
        write(ClusterReport.Of(View), output);
        return output.ToString().ReplaceLineEndings("\n").Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }

    private static SiloView Silo(long id, string name, long silentMs) => new()
    {
        Id = id, Name = name, Link = $"10.0.0.{id}:7000", JoinedMs = 1, SilentForMs = silentMs, Version = 2, IsDraining = false,
    };
}
