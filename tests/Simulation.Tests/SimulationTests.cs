using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using Routing.Grains.Domain;
using Routing.Simulation.Mutants;
using Routing.Simulation.Running;
using Routing.Simulation.World;
using Xunit;
using Xunit.Abstractions;

namespace Routing.Simulation.Tests;

/// <summary>The short run of the simulation: fixed seeds, one random seed, and every mutant. Long runs: tests/Simulation --hours N.</summary>
[SuppressMessage("Security", "CA5394", Justification = "The seed of a simulation is no secret.")]
public sealed class SimulationTests(ITestOutputHelper output)
{
    private const long TurnsLimit = 2_000;

    public static TheoryData<string> Mutants => [.. MutantCatalog.All.Select(mutant => mutant.Name)];

    [Theory]
    [InlineData(1UL)]
    [InlineData(7UL)]
    [InlineData(10UL)]
    [InlineData(16UL)]
    [InlineData(25UL)]
    [InlineData(69UL)]
    [InlineData(119UL)]
    public void A_seed_runs_clean_and_comes_to_rest(ulong seed) => RunClean(seed);

    [Fact]
    public void A_random_seed_runs_clean_and_comes_to_rest() => RunClean(BitConverter.ToUInt32(RandomNumberGenerator.GetBytes(4)));

    [Theory]
    [InlineData(2UL)]
    [InlineData(31UL)]
    [InlineData(57UL)]
    public void Invites_that_come_by_two_gateways_while_those_die_and_freeze_run_clean(ulong seed) => RunClean(seed, static scenario =>
    {
        scenario.GatewaysCount = 2;
        scenario.SecondInvitePerMille = 500;
        scenario.LeaseMs = 3_000;
        scenario.GatewayCrashMeanMs = 15_000;
        scenario.FreezeMeanMs = 20_000;
        scenario.PatienceMeanMs = 60_000;
    });

    /// <summary>What the domains handed back is of use only while the lease holds that began with the announcement.</summary>
    [Fact]
    public void Gateways_that_freeze_between_their_announcement_and_taking_their_calls_up_run_clean()
    {
        IEnumerable<RunReport> reports = new ulong[] { 3, 44, 58 }.Select(seed => RunClean(seed, static scenario =>
        {
            scenario.GatewaysCount = 2;
            scenario.LeaseMs = 3_000;
            scenario.GatewayCrashMeanMs = 4_000;
            scenario.FreezeMeanMs = 30_000;
            scenario.PatienceMeanMs = scenario.TalkMeanMs = 60_000;
        }));
        Assert.True(reports.Sum(static report => report.Statistics.Counts.GetValueOrDefault("call handed back to a gateway that was frozen in its start")) > 0, "none was");
    }

    /// <summary>Nobody carries messages for up to a minute, and they are kept for ten seconds: no agent is lent twice, no call lost, and all come free again.</summary>
    [Theory]
    [InlineData(5UL)]
    [InlineData(23UL)]
    [InlineData(42UL)]
    public void Domains_whose_messages_are_given_up_run_clean_and_come_to_rest(ulong seed)
    {
        RunReport report = RunClean(seed, static scenario =>
        {
            scenario.DomainsCount = 3;
            scenario.AgentsCount = 3;
            scenario.PatienceMeanMs = 60_000;
            scenario.CarrierAwayMeanMs = 15_000;
            scenario.PeerMessagesKeptMs = 10_000;

            // Who comes back counts anew for how long a message was kept.
            scenario.PeerLossPerMille = scenario.PeerRepeatPerMille = scenario.PeerLatePerMille = scenario.PeerDelayMs = 0;
            scenario.AbsenceMeanMs = scenario.SiloCrashMeanMs = scenario.OutageMeanMs = 0;
        });
        Assert.True(report.Statistics.Counts.GetValueOrDefault("messages given up") > 0, report.Statistics.ToString());
    }

    /// <summary>Messages between domains are lost, repeated, late and mixed up, and a domain is away for minutes: an agent rings at one domain at a time, no call is lost, and nobody stays lent.</summary>
    [Theory]
    [InlineData(3UL)]
    [InlineData(14UL)]
    [InlineData(9100102UL)]
    public void Domains_that_lend_agents_over_a_bad_road_run_clean_and_come_to_rest(ulong seed)
    {
        RunReport report = RunClean(seed, Subject.Lending.Apply);
        Assert.True(report.Statistics.Counts.GetValueOrDefault("fault message between domains lost") > 0, report.Statistics.ToString());
    }

    [Fact]
    public void The_same_seed_is_the_same_run()
    {
        RunReport first = Run(3, 1_000);
        RunReport second = Run(3, 1_000);
        Assert.Equal(first.Hash, second.Hash);
        Assert.Equal(first.Statistics.ToString(), second.Statistics.ToString());
        Assert.NotEqual(first.Hash, Run(4, 1_000).Hash);
    }

    [Theory]
    [MemberData(nameof(Mutants))]
    public void A_mutant_is_caught_by_the_rule_it_breaks(string name)
    {
        Mutant mutant = MutantCatalog.Find(name);
        RunReport? report = CommandLine.Catch(mutant, new RoutingDomainFactory(), firstSeed: 1, runsLimit: 12, TurnsLimit);
        Assert.True(report?.Failure is not null, $"{name} was not caught: {mutant.Description}");
        output.WriteLine($"seed {report.Seed}, {report.Statistics.Turns} turns: {report.Failure.Message}");
        Assert.Contains(report.Failure.Rule, mutant.Rules);
    }

    private static RunReport Run(ulong seed, long turns, Action<Scenario>? adjust = null) =>
        new SimulationRun(new SimulationOptions { Seed = seed, TurnsLimit = turns, Factory = new RoutingDomainFactory(), Adjust = adjust }).Run();

    private RunReport RunClean(ulong seed, Action<Scenario>? adjust = null)
    {
        output.WriteLine($"seed {seed}");
        RunReport report = Run(seed, TurnsLimit, adjust);
        Assert.True(report.Failure is null, $"{report.Trace}\n{report.Failure?.Message}\nagain: dotnet run -c Release --project tests/Simulation -- --seed {seed} --turns {TurnsLimit}");
        return report;
    }
}
