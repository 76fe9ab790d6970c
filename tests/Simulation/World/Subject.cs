namespace Routing.Simulation.World;

/// <summary>Worlds drawn for one subject, in which much of it happens: what else a seed makes of the world stays.</summary>
internal sealed record Subject(string Name, string Description, Action<Scenario> Apply)
{
    public static Subject Lending { get; } = new("lending", "domains that lend each other agents over a road that loses, repeats and mixes up what they say, and that are away for minutes", Lend);

    public static Subject Gateways { get; } = new("gateways", "INVITEs that come by two gateways, while those die and freeze", Freeze);

    public static IReadOnlyList<Subject> All { get; } = [Lending, Gateways];

    public static Subject? Find(string name) => All.FirstOrDefault(subject => subject.Name == name);

    private static void Lend(Scenario scenario)
    {
        scenario.DomainsCount = 3;
        scenario.AgentsCount = Math.Min(scenario.AgentsCount, 3);
        scenario.QueuesCount = Math.Min(scenario.QueuesCount, 2);
        scenario.PatienceMeanMs = Math.Max(scenario.PatienceMeanMs, 20_000);
        scenario.ArrivalMeanMs = (scenario.TalkMeanMs + 5_000) / scenario.AgentsCount;
        scenario.PeerLossPerMille = Math.Max(scenario.PeerLossPerMille, 60);
        scenario.PeerRepeatPerMille = Math.Max(scenario.PeerRepeatPerMille, 20);
        scenario.PeerLatePerMille = Math.Max(scenario.PeerLatePerMille, 50);
        scenario.AbsenceMeanMs = Math.Max(scenario.AbsenceMeanMs, 200_000);
    }

    private static void Freeze(Scenario scenario)
    {
        scenario.GatewaysCount = 2;
        scenario.SecondInvitePerMille = Math.Max(scenario.SecondInvitePerMille, 200);
        scenario.LeaseMs = scenario.LeaseMs == 0 ? 3_000 : scenario.LeaseMs;
        scenario.GatewayCrashMeanMs = Math.Max(scenario.GatewayCrashMeanMs, 15_000);
        scenario.FreezeMeanMs = 20_000;
        scenario.FreezeMaxMs = Math.Min(scenario.FreezeMaxMs, 2 * scenario.LeaseMs);
        scenario.PatienceMeanMs = 60_000;
    }
}
