using Routing.Simulation.Running;

namespace Routing.Simulation.World;

/// <summary>
/// What a seed makes of the world: sizes, habits of people, and which faults happen how often (per mille). Each seed turns some of it off altogether,
/// so that rare combinations are not always drowned by frequent ones.
/// </summary>
internal sealed class Scenario
{
    public Scenario(ulong seed)
    {
        SimRandom random = new(seed ^ 0x5CE7A210UL);
        DomainsCount = random.Pick([1, 1, 2, 3]);
        GatewaysCount = random.Pick([1, 1, 2]);
        AgentsCount = random.Pick([1, 2, 3, 5, 8, 12]);
        QueuesCount = random.Pick([1, 2, 3, 5]);
        ArrivalMeanMs = random.Pick([300, 1_000, 2_000, 4_000, 10_000]) * 2 / Math.Min(AgentsCount, 4);
        TalkMeanMs = random.Pick([1_000, 5_000, 20_000]);
        PatienceMeanMs = random.Pick([3_000, 20_000, 60_000]);
        AnswerMeanMs = random.Pick([300, 2_000, 6_000]);
        DeclinePerMille = Sometimes(random, 150);
        NoAnswerPerMille = Sometimes(random, 200);
        UnreachablePerMille = Sometimes(random, 150);
        CrossingPerMille = Sometimes(random, 250);
        ConnectFailsPerMille = Sometimes(random, 40);
        RepeatPerMille = Sometimes(random, 80);
        LateOfferPerMille = Sometimes(random, 200);
        UnknownNumberPerMille = Sometimes(random, 30);
        RegisterSeconds = random.Pick([20, 60, 300]);
        ForgetRefreshPerMille = Sometimes(random, 150);
        ModeChangeMeanMs = random.Chance(700) ? random.Pick([5_000, 20_000, 60_000]) : 0;
        SupervisorMeanMs = random.Chance(500) ? random.Pick([10_000, 60_000]) : 0;
        ConfigurationMeanMs = random.Chance(500) ? random.Pick([15_000, 60_000]) : 0;
        NetworkDelayMs = random.Pick([0, 2, 20, 300]);
        DropPerMille = Sometimes(random, 40);
        DuplicatePerMille = Sometimes(random, 60);
        ConfusedRepeatPerMille = Sometimes(random, 30);
        CommitFaultPerMille = Sometimes(random, 25);
        SiloCrashMeanMs = random.Chance(500) ? random.Pick([10_000, 60_000]) : 0;
        GatewayCrashMeanMs = random.Chance(500) ? random.Pick([20_000, 90_000]) : 0;
        FreezeMeanMs = random.Chance(300) ? 60_000 : 0;
        OutageMeanMs = random.Chance(300) ? 120_000 : 0;
        ShadowPerMille = random.Pick([0, 5, 20, 100]);
        OperationsPerMille = Sometimes(random, 500);
        LongAbsencePerMille = AgentsCount > 2 ? Sometimes(random, 30) : 0;
        LeaseMs = random.Chance(600) ? random.Pick([3_000, 6_000, 15_000]) : 0;
        GraceMs = random.Pick([2_000, 10_000, 40_000]);
        SecondInvitePerMille = GatewaysCount > 1 ? Sometimes(random, 300) : 0;
        CarrierAwayMeanMs = DomainsCount > 1 && random.Chance(300) ? random.Pick([15_000, 60_000]) : 0;
        PeerMessagesKeptMs = CarrierAwayMeanMs > 0 ? 10_000 : 3_600_000;
        PeerLossPerMille = Sometimes(random, 40);
        PeerRepeatPerMille = Sometimes(random, 60);
        PeerLatePerMille = Sometimes(random, 150);
        PeerLateMs = random.Pick([20, 200, 1_500]);
        PeerDelayMs = random.Pick([0, 0, 100, 3_000, 40_000]);
        AbsenceMeanMs = random.Chance(300) ? random.Pick([60_000, 300_000]) : 0;
        FreezeMaxMs = LeaseMs > 0 && random.Chance(500) ? LeaseMs - 1 : 20_000;
    }

    public int DomainsCount { get; set; }

    public int GatewaysCount { get; set; }

    public int AgentsCount { get; set; }

    public int QueuesCount { get; set; }

    public int ArrivalMeanMs { get; set; }

    public int TalkMeanMs { get; set; }

    public int PatienceMeanMs { get; set; }

    public int AnswerMeanMs { get; set; }

    public int DeclinePerMille { get; set; }

    public int NoAnswerPerMille { get; set; }

    public int UnreachablePerMille { get; set; }

    /// <summary>Of answers and hang-ups: timed to cross the ring time-out or the other side's.</summary>
    public int CrossingPerMille { get; set; }

    public int ConnectFailsPerMille { get; set; }

    /// <summary>Of messages: the gateway says the same again later, as a new input.</summary>
    public int RepeatPerMille { get; set; }

    public int LateOfferPerMille { get; set; }

    public int UnknownNumberPerMille { get; set; }

    public int RegisterSeconds { get; set; }

    public int ForgetRefreshPerMille { get; set; }

    /// <summary>How often an agent changes its mode; 0: never.</summary>
    public int ModeChangeMeanMs { get; set; }

    /// <summary>Of changes of mode: goes home, and comes back for another shift after an hour or so.</summary>
    public int LongAbsencePerMille { get; set; }

    public int SupervisorMeanMs { get; set; }

    public int ConfigurationMeanMs { get; set; }

    /// <summary>Of changes of the configuration: a rollback, a file read again, or a dry run instead.</summary>
    public int OperationsPerMille { get; set; }

    public int NetworkDelayMs { get; set; }

    /// <summary>Of packets: the connection breaks, and all that is in flight is lost.</summary>
    public int DropPerMille { get; set; }

    public int DuplicatePerMille { get; set; }

    /// <summary>Of messages: one about a call or an offer that is long over or never was.</summary>
    public int ConfusedRepeatPerMille { get; set; }

    public int CommitFaultPerMille { get; set; }

    public int SiloCrashMeanMs { get; set; }

    public int GatewayCrashMeanMs { get; set; }

    public int FreezeMeanMs { get; set; }

    /// <summary>How long a gateway is frozen at most: often for less than its lease, so that nobody gives it up.</summary>
    public int FreezeMaxMs { get; set; }

    public int OutageMeanMs { get; set; }

    /// <summary>What gateways promise of themselves; 0: nothing.</summary>
    public int LeaseMs { get; set; }

    public int GraceMs { get; set; }

    /// <summary>Of callers: a proxy sends the INVITE to another gateway, too.</summary>
    public int SecondInvitePerMille { get; set; }

    /// <summary>How often nobody carries what other domains say to one for up to a minute, so that some of it is given up; 0: never.</summary>
    public int CarrierAwayMeanMs { get; set; }

    /// <summary>For how long a message to another domain is kept that nobody takes.</summary>
    public int PeerMessagesKeptMs { get; set; }

    /// <summary>Of messages between domains: it is put aside, and nobody says it again.</summary>
    public int PeerLossPerMille { get; set; }

    /// <summary>Of messages between domains: it comes again, up to minutes later.</summary>
    public int PeerRepeatPerMille { get; set; }

    /// <summary>Of messages between domains: it comes late, after others that were sent after it.</summary>
    public int PeerLatePerMille { get; set; }

    public int PeerLateMs { get; set; }

    /// <summary>How long messages between domains are under way at most.</summary>
    public int PeerDelayMs { get; set; }

    /// <summary>How often a domain is away for minutes, while the others go on; 0: never.</summary>
    public int AbsenceMeanMs { get; set; }

    /// <summary>Of turns: a second machine is loaded from the committed rows, and must do the same as the first from then on.</summary>
    public int ShadowPerMille { get; set; }

    /// <summary>The world heals: people answer, nothing breaks, nobody new comes.</summary>
    public void Heal()
    {
        DeclinePerMille = NoAnswerPerMille = UnreachablePerMille = CrossingPerMille = ConnectFailsPerMille = 0;
        RepeatPerMille = LateOfferPerMille = UnknownNumberPerMille = ForgetRefreshPerMille = SecondInvitePerMille = 0;
        DropPerMille = DuplicatePerMille = ConfusedRepeatPerMille = CommitFaultPerMille = 0;
        ModeChangeMeanMs = SupervisorMeanMs = ConfigurationMeanMs = 0;
        SiloCrashMeanMs = GatewayCrashMeanMs = FreezeMeanMs = OutageMeanMs = CarrierAwayMeanMs = AbsenceMeanMs = 0;
        PeerLossPerMille = PeerRepeatPerMille = PeerLatePerMille = PeerDelayMs = 0;
        ArrivalMeanMs = 0;
        TalkMeanMs = Math.Min(TalkMeanMs, 5_000);
    }

    private static int Sometimes(SimRandom random, int atMostPerMille) => random.Chance(600) ? random.Between(1, atMostPerMille) : 0;
}
