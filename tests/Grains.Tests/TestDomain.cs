using Routing.Contracts.Commands;
using Routing.Contracts.Configuration;
using Routing.Contracts.Effects;
using Routing.Contracts.Engine;
using Routing.Contracts.Events;
using Routing.Contracts.Ids;
using Routing.Contracts.Views;
using Routing.Grains.Domain;
using Xunit;

namespace Routing.Grains.Tests;

/// <summary>A domain with a store and a clock in memory: sends commands, fires timers, keeps rows, and checks the domain against itself after every turn.</summary>
internal sealed class TestDomain
{
    public static readonly GatewayId Gateway = GatewayId.Of("gw1");

    private readonly DomainLimits _limits;
    private uint _cseq;

    public TestDomain(DomainConfiguration configuration, DomainLimits? limits = null)
    {
        _limits = limits ?? new DomainLimits();
        Id = configuration.Domain;
        Machine = new RoutingDomain(Id, _limits);
        Machine.Activate();
        Assert.True(Send(new ApplyConfiguration(configuration)).IsOk);
    }

    public DomainId Id { get; }

    public RoutingDomain Machine { get; private set; }

    public long NowMs { get; private set; } = 1_000_000_000_000;

    public long Sequence { get; private set; }

    public SortedDictionary<RowKey, ReadOnlyMemory<byte>> Rows { get; } = [];

    public Dictionary<RowKey, long> ExpiresAtMs { get; } = [];

    public TurnResult Last { get; private set; } = new() { Reply = CommandReply.Ok };

    public IEnumerable<Effect> Effects => Last.Effects.Select(effect => effect.Effect);

    /// <summary>Whether the domain is checked against itself after every turn; off for large ones, where that is the slow way.</summary>
    public bool IsSelfChecked { get; init; } = true;

    public CommandReply Send(Command command)
    {
        List<RowKey> named = [];
        Machine.NameColdRows(command, named);
        Last = Machine.Turn(new TurnInput
        {
            NowMs = NowMs,
            Sequence = ++Sequence,
            Random = (ulong)Sequence * 0x9E3779B97F4A7C15,
            Command = command,
            ColdRows = [.. named.Where(Rows.ContainsKey).Select(key => new StoredRow(key, Rows[key]))],
        });
        foreach (RowChange row in Last.Rows)
        {
            if (row.Bytes is { } bytes)
            {
                Rows[row.Key] = bytes;
            }
            else
            {
                Rows.Remove(row.Key);
            }

            if (row.ExpiresAtMs is { } expiresAtMs)
            {
                ExpiresAtMs[row.Key] = expiresAtMs;
            }
        }

        if (IsSelfChecked)
        {
            Assert.Empty(Machine.FindDefects());
        }

        return Last.Reply;
    }

    /// <summary>Lets time pass and fires what comes due on the way. Returns the effects of those turns.</summary>
    public List<Effect> Wait(long ms)
    {
        List<Effect> effects = [];
        long untilMs = NowMs + ms;
        while (Machine.NextTimer is { } timer && Machine.NextTimerDueMs <= untilMs)
        {
            NowMs = Math.Max(NowMs, Machine.NextTimerDueMs);
            Send(timer);
            effects.AddRange(Effects);
        }

        NowMs = untilMs;
        return effects;
    }

    /// <summary>Time passes without the domain: it was down.</summary>
    public void Skip(long ms) => NowMs += ms;

    public void Reload() => Machine = LoadMachine();

    public RoutingDomain LoadMachine()
    {
        RoutingDomainFactory factory = new(_limits);
        RoutingDomain machine = (RoutingDomain)factory.Create(Id);
        machine.Load([.. Rows.Where(row => factory.IsResident(row.Key.Kind)).Select(row => new StoredRow(row.Key, row.Value))]);
        List<RowKey> named = [];
        machine.NameRowsToActivate(named);
        machine.Load([.. named.Where(Rows.ContainsKey).Select(key => new StoredRow(key, Rows[key]))]);
        machine.Activate();
        return machine;
    }

    public CommandReply Register(string agent, int expiresSeconds = 3600, string? contact = null, string? edge = null) => Send(new RegisterPhone
    {
        Agent = AgentId.Of(agent),
        Gateway = Gateway,
        SipCallId = $"reg-{agent}",
        CSeq = ++_cseq,
        Changes = [new BindingChange(contact ?? $"sip:{agent}@127.0.0.1:5061", expiresSeconds, null, "127.0.0.1:5061", null, "test phone", [], edge)],
    });

    public CommandReply Arrive(string call, string number = "1000", string ani = "+4930123", bool lateOffer = false) => Send(new CallArrived
    {
        Call = CallId.Of(call),
        Gateway = Gateway,
        Dnis = number,
        Ani = ani,
        LateOffer = lateOffer,
        Leg = Leg("caller"),
    });

    public CommandReply Answer(string call, int offer = 1) => Send(new OfferAnswered(Offer(call, offer), Leg($"agent{offer}")));

    public CommandReply Ringing(string call, int offer = 1) => Send(new OfferRinging(Offer(call, offer), Leg($"agent{offer}")));

    public CommandReply Fail(string call, OfferFailure failure, int offer = 1, int status = 486) => Send(new OfferFailed(Offer(call, offer), failure, status, null));

    public CommandReply CallerLeaves(string call, CallerLeaveCause cause = CallerLeaveCause.HungUp) => Send(new CallerLeft(CallId.Of(call), cause));

    public CommandReply AgentHangsUp(string call, int offer = 1, AgentLegEndCause cause = AgentLegEndCause.HungUp) => Send(new AgentLegEnded(Offer(call, offer), cause));

    public CommandReply SetState(string agent, AgentMode mode, string? reason = null) => Send(new SetAgentState(AgentId.Of(agent), mode, reason, "test"));

    public AgentView Agent(string id) => Machine.Snapshot().Agents.Single(agent => agent.Id == AgentId.Of(id));

    public QueueView Queue(string id) => Machine.Snapshot().Queues.Single(queue => queue.Id == QueueId.Of(id));

    public CallView? Call(string id) => Machine.Snapshot().Calls.SingleOrDefault(call => call.Id == CallId.Of(id));

    /// <summary>A call's record, live or ended, as the store has it.</summary>
    public CallDetail Detail(string id)
    {
        RoutingDomainFactory factory = new();
        RowKey key = factory.CallRows(CallId.Of(id)).First(Rows.ContainsKey);
        return factory.ReadCall(new StoredRow(key, Rows[key]));
    }

    public TEvent Event<TEvent>()
        where TEvent : DomainEvent => Assert.Single(Last.Events.OfType<TEvent>());

    public static OfferId Offer(string call, int number = 1) => new(CallId.Of(call), number);

    public static LegState Leg(string leg) => new(LegId.Of(leg), new byte[] { 1, 2, 3 });
}
