namespace Routing.Simulation.World;

/// <summary>A part of the world that can be left out, to see whether a failure needs it.</summary>
internal sealed record Shrinking(string Name, Action<Scenario> Apply)
{
    public static IReadOnlyList<Shrinking> Steps { get; } =
    [
        new("silo crashes", scenario => scenario.SiloCrashMeanMs = 0),
        new("gateway crashes and freezes", scenario => scenario.GatewayCrashMeanMs = scenario.FreezeMeanMs = 0),
        new("faults of the store", scenario => scenario.CommitFaultPerMille = 0),
        new("faults of the network", scenario => scenario.DropPerMille = scenario.DuplicatePerMille = scenario.NetworkDelayMs = 0),
        new("losses and delays between domains", scenario => scenario.PeerLossPerMille = scenario.PeerRepeatPerMille = scenario.PeerLatePerMille = scenario.PeerDelayMs = scenario.CarrierAwayMeanMs = 0),
        new("absences of domains", scenario => scenario.AbsenceMeanMs = 0),
        new("changes of configuration", scenario => scenario.ConfigurationMeanMs = 0),
        new("repeats and confused messages", scenario => scenario.RepeatPerMille = scenario.ConfusedRepeatPerMille = 0),
        new("changes of mode", scenario => scenario.ModeChangeMeanMs = scenario.SupervisorMeanMs = 0),
        new("all of these", Calm),
        new("all of these, one agent, one queue", scenario =>
        {
            Calm(scenario);
            scenario.DomainsCount = scenario.GatewaysCount = scenario.AgentsCount = scenario.QueuesCount = 1;
        }),
    ];

    private static void Calm(Scenario scenario)
    {
        scenario.SiloCrashMeanMs = scenario.GatewayCrashMeanMs = scenario.FreezeMeanMs = scenario.CommitFaultPerMille = 0;
        scenario.DropPerMille = scenario.DuplicatePerMille = scenario.NetworkDelayMs = 0;
        scenario.PeerLossPerMille = scenario.PeerRepeatPerMille = scenario.PeerLatePerMille = scenario.PeerDelayMs = scenario.CarrierAwayMeanMs = scenario.AbsenceMeanMs = 0;
        scenario.ConfigurationMeanMs = scenario.RepeatPerMille = scenario.ConfusedRepeatPerMille = 0;
        scenario.ModeChangeMeanMs = scenario.SupervisorMeanMs = 0;
    }
}
