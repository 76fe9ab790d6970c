using Routing.Contracts.Commands;
using Routing.Contracts.Configuration;
using Routing.Contracts.Ids;
using Routing.Contracts.Views;

namespace Routing.Grains.Tests;

/// <summary>Draws commands for a small busy domain: calls, phones, agents' whims, crossings, repeats, restarts and new configurations.</summary>
internal sealed class RandomScript(int seed, TestDomain domain)
{
    private static readonly string[] Agents = ["a1", "a2", "a3", "a4", "a5", "a6"];
    private static readonly string[] Numbers = ["100", "200", "300", "400", "999"];

    private readonly Random _random = new(seed);
    private int _callCount;
    private long _incarnation;
    private uint _cseq;

    public static DomainConfiguration Configuration(int variant) => new()
    {
        Domain = DomainId.Of("random"),
        Realm = "random",
        Skills = ["x", "y", "z"],
        Order = (CallOrder)(variant / 2 % 2),
        AgeingMs = variant % 3 == 1 ? 2_000 : 0,
        Reserves = variant % 4 == 0
            ? []
            : [new ReserveConfiguration("y", 1 + (variant % 2), [QueueId.Of("xy")]), new ReserveConfiguration("vip", 2, [QueueId.Of("x"), QueueId.Of("any")], variant % 3)],
        Agents =
        [
            Configurations.Agent("a1", ("x", 5)) with { Weight = 3 },
            Configurations.Agent("a2", ("x", 2), ("y", 7)),
            Configurations.Agent("a3", ("y", 3), ("z", variant % 2 == 0 ? 1 : 9)),
            Configurations.Agent("a4", ("x", 9), ("y", 9), ("z", 9)),
            Configurations.Agent("a5") with { OnRegister = OnRegister.Nothing },
            .. variant % 3 == 2 ? Array.Empty<AgentConfiguration>() : [Configurations.Agent("a6", ("z", 4))],
        ],
        Queues =
        [
            Configurations.Queue("any") with { Strategy = Strategy(variant), Offers = 1 + (variant % 3), Answer = AnswerMode.Immediately, WrapUpMs = 4_000, Weight = variant % 5 },
            Configurations.Queue("x", ("x", 2)) with { Strategy = AgentStrategy.MostSkilled, Priority = variant % 4, TimeoutMs = 12_000, OverflowTo = QueueId.Of("any"), RingTimeoutMs = 5_000 },
            Configurations.Queue("xy", ("x", 1), ("y", 1)) with { Strategy = Strategy(variant / 2), Offers = 1 + (variant % 2), TimeoutMs = variant % 2 == 0 ? 9_000 : 0, RejectStatus = 486, CoolOffMs = 3_000, RingTimeoutMs = 4_000, Overflow = Overflow(variant) },
            Configurations.Queue("z", ("z", 2)) with
            {
                Answer = AnswerMode.OnAgent,
                CoolOffMs = 0,
                OnNoAnswer = new OfferFailurePolicy(AgentAfterFailure.LoggedOut, "asleep", 7_000),
                OnDecline = new OfferFailurePolicy(AgentAfterFailure.NotReady, "declined", 2_000),
            },
        ],
        Calendars =
        [
            new CalendarConfiguration
            {
                Id = "even",
                TimeZone = "UTC",
                Hours = [.. Enumerable.Range(0, 720).Select(i => new OpenHours(Enum.GetValues<DayOfWeek>(), i * 2, (i * 2) + 1))],
                Offsets = [new ZoneOffset(0, 0)],
            },
        ],
        Numbers =
        [
            new NumberConfiguration("100", QueueId.Of("any")),
            new NumberConfiguration("200", QueueId.Of("x")),
            new NumberConfiguration("300", QueueId.Of("xy"), 2),
            new NumberConfiguration("400", QueueId.Of("z")),
        ],
    };

    private static List<OverflowRule> Overflow(int variant) =>
    [
        .. new OverflowRule[]
        {
            new() { On = OverflowCondition.Full, Size = 2, To = new RouteTarget(QueueId.Of("x")) },
            new() { On = OverflowCondition.NobodyLoggedIn, AfterMs = 3_000, To = new RouteTarget(QueueId.Of("z")) },
            new() { On = OverflowCondition.NobodyReady, To = new RouteTarget(Redirect: "sip:m@192.0.2.1"), EntryOnly = variant % 3 == 0 },
            new() { On = OverflowCondition.Closed, Calendar = "even", AfterMs = variant % 5 * 1_000, To = new RouteTarget(RejectStatus: 603) },
        }.Where((_, index) => (variant >> index) % 2 == 1),
    ];

    private static AgentStrategy Strategy(int variant) => Enum.GetValues<AgentStrategy>()[variant % Enum.GetValues<AgentStrategy>().Length];

    public Command Next()
    {
        int roll = _random.Next(100);
        return roll switch
        {
            < 22 => Arrive(),
            < 40 => OfAnOffer(offer => new OfferAnswered(offer, TestDomain.Leg($"agent{offer.Number}"))),
            < 50 => OfAnOffer(offer => new OfferRinging(offer, _random.Next(2) == 0 ? null : TestDomain.Leg($"agent{offer.Number}"))),
            < 57 => OfAnOffer(offer => new OfferFailed(offer, (OfferFailure)_random.Next(3), 480, "why not")),
            < 64 => new CallerLeft(ACall(), (CallerLeaveCause)_random.Next(4)),
            < 71 => OfAnOffer(offer => new AgentLegEnded(offer, (AgentLegEndCause)_random.Next(3))),
            < 83 => Register(),
            < 92 => new SetAgentState(AgentId.Of(Pick(Agents)), (AgentMode)_random.Next(3), _random.Next(2) == 0 ? null : "lunch", "test"),
            < 94 => new LegChanged(ACall(), new LegState(LegId.Of("caller"), new byte[] { (byte)_random.Next(256) })),
            < 95 => new GatewayStarted(TestDomain.Gateway, _random.Next(3) == 0 ? _incarnation : ++_incarnation),
            < 97 => new Resume(_random.Next(20_000)),
            _ => new ApplyConfiguration(Configuration(_random.Next(24))),
        };
    }

    public long Pause() => _random.Next(4) == 0 ? _random.Next(8_000) : _random.Next(50);

    public bool Chance(int percent) => _random.Next(100) < percent;

    private CallArrived Arrive() => new()
    {
        Call = _callCount > 0 && _random.Next(8) == 0 ? ACall() : CallId.Of($"c{++_callCount}"),
        Gateway = TestDomain.Gateway,
        Dnis = Pick(Numbers),
        Ani = _random.Next(6) == 0 ? "" : $"+49{_random.Next(8)}",
        LateOffer = _random.Next(6) == 0,
        Leg = TestDomain.Leg("caller"),
    };

    private RegisterPhone Register()
    {
        string agent = Pick(Agents);
        bool isRemoval = _random.Next(6) == 0;
        bool isForAll = isRemoval && _random.Next(2) == 0;
        return new RegisterPhone
        {
            Agent = AgentId.Of(agent),
            Gateway = TestDomain.Gateway,
            SipCallId = $"r{_random.Next(2)}",
            CSeq = _random.Next(8) == 0 ? _cseq : ++_cseq,
            RemoveAll = isForAll,
            Changes = isForAll ? [] : [new BindingChange($"sip:{agent}@{_random.Next(3)}", isRemoval ? 0 : 5 + _random.Next(60), null, "s", _random.Next(3) == 0 ? "urn:1" : null, "ua", [])],
        };
    }

    private Command OfAnOffer(Func<OfferId, Command> make)
    {
        CallView[] calls = [.. domain.Machine.Snapshot().Calls.Where(call => call.Offers > 0)];
        return calls.Length == 0 || _random.Next(10) == 0
            ? make(new OfferId(ACall(), _random.Next(4)))
            : Of(calls[_random.Next(calls.Length)]);

        Command Of(CallView call) => make(new OfferId(call.Id, call.Offers - (_random.Next(8) == 0 ? 1 : 0)));
    }

    private CallId ACall() => CallId.Of($"c{Math.Max(1, _callCount - _random.Next(12))}");

    private T Pick<T>(T[] values) => values[_random.Next(values.Length)];
}
