using Routing.Contracts.Commands;
using Routing.Contracts.Configuration;
using Routing.Contracts.Effects;
using Routing.Contracts.Engine;
using Routing.Contracts.Ids;
using Routing.Contracts.Views;
using Routing.Grains.Domain;

namespace Routing.Grains.Tests.Queueing;

/// <summary>
/// A real routing domain under the arrivals, talk times and patience of a <see cref="QueueModel"/>: it gets commands and due timers and nothing else, agents answer at once.
/// Times are drawn as real numbers and rounded to the millisecond; in the same millisecond conversations end first, then patience, then callers arrive.
/// </summary>
internal sealed class QueueRun
{
    private const string Number = "1000";

    private readonly RoutingDomain _domain;
    private readonly PriorityQueue<(Happening What, int Call), (long AtMs, Happening What, int Call)> _agenda = new();
    private readonly List<TheoryCall> _calls = [];
    private readonly List<RowKey> _named = [];
    private ulong _random;
    private long _nowMs = 1_000_000_000_000;
    private long _sequence;

    public QueueRun(QueueModel model, int calls, ulong seed)
    {
        _random = seed;
        _domain = new RoutingDomain(DomainId.Of("theory"), new DomainLimits());
        _domain.Activate();
        Send(new ApplyConfiguration(Configuration(model)));
        for (int agent = 1; agent <= model.Agents; agent++)
        {
            Register(agent);
        }

        double arrivesMs = _nowMs;
        for (int call = 0; call < calls; call++)
        {
            arrivesMs += Exponential(1 / model.ArrivalsPerMs);
            _calls.Add(new TheoryCall
            {
                ArrivesMs = (long)Math.Round(arrivesMs),
                TalkMs = (long)Math.Round(Exponential(model.TalkMs)),
                PatienceMs = model.PatienceMs is { } patience ? (long)Math.Round(Exponential(patience)) : long.MaxValue / 2,
            });
        }
    }

    private enum Happening
    {
        TalkEnds,
        PatienceEnds,
        Arrival,
    }

    public QueueView View => _domain.Snapshot().Queues[0];

    /// <summary>Runs until every call has ended. Returns them in order of arrival.</summary>
    public IReadOnlyList<TheoryCall> Run()
    {
        PlanArrival(0);
        while (_agenda.TryDequeue(out (Happening What, int Call) next, out (long AtMs, Happening What, int Call) due))
        {
            while (_domain.NextTimer is { } timer && _domain.NextTimerDueMs <= due.AtMs)
            {
                _nowMs = Math.Max(_nowMs, _domain.NextTimerDueMs);
                Send(timer);
            }

            _nowMs = due.AtMs;
            Happen(next.What, next.Call);
        }

        return _calls;
    }

    private void Happen(Happening what, int number)
    {
        TheoryCall call = _calls[number];
        switch (what)
        {
            case Happening.Arrival:
                PlanArrival(number + 1);
                Plan(Happening.PatienceEnds, number, call.ArrivesMs + call.PatienceMs);
                Send(new CallArrived { Call = Id(number), Gateway = TestDomain.Gateway, Dnis = Number, Ani = "", Leg = TestDomain.Leg("caller") });
                break;
            case Happening.PatienceEnds when call.AnsweredMs is null:
                call.LeftMs = _nowMs;
                Send(new CallerLeft(Id(number), CallerLeaveCause.HungUp));
                break;
            case Happening.TalkEnds:
                Send(new CallerLeft(Id(number), CallerLeaveCause.HungUp));
                break;
        }
    }

    /// <summary>An agent's phone that rings is answered in the same millisecond.</summary>
    private void Send(Command command)
    {
        TurnResult result = Turn(command);
        foreach (AddressedEffect effect in result.Effects)
        {
            if (effect.Effect is OfferCall offer)
            {
                int call = int.Parse(offer.Call.Value, System.Globalization.CultureInfo.InvariantCulture);
                _calls[call].AnsweredMs = _nowMs;
                Plan(Happening.TalkEnds, call, _nowMs + _calls[call].TalkMs);
                Send(new OfferAnswered(offer.Offer, TestDomain.Leg("agent")));
            }
        }
    }

    private TurnResult Turn(Command command)
    {
        _named.Clear();
        _domain.NameColdRows(command, _named);
        return _domain.Turn(new TurnInput { NowMs = _nowMs, Sequence = ++_sequence, Random = Draw(), Command = command });
    }

    private void Register(int agent) => Send(new RegisterPhone
    {
        Agent = AgentId.Of($"agent{agent}"),
        Gateway = TestDomain.Gateway,
        SipCallId = $"reg-{agent}",
        CSeq = 1,
        Changes = [new BindingChange($"sip:agent{agent}@127.0.0.1:5061", int.MaxValue, null, "127.0.0.1:5061", null, "test phone", [])],
    });

    private void PlanArrival(int call)
    {
        if (call < _calls.Count)
        {
            Plan(Happening.Arrival, call, _calls[call].ArrivesMs);
        }
    }

    private void Plan(Happening what, int call, long atMs) => _agenda.Enqueue((what, call), (atMs, what, call));

    private double Exponential(double mean) => -mean * Math.Log(1 - ((Draw() >> 11) * (1.0 / (1UL << 53))));

    /// <summary>SplitMix64 (Steele, Lea and Flood 2014).</summary>
    private ulong Draw()
    {
        ulong value = _random += 0x9E3779B97F4A7C15;
        value = (value ^ (value >> 30)) * 0xBF58476D1CE4E5B9;
        value = (value ^ (value >> 27)) * 0x94D049BB133111EB;
        return value ^ (value >> 31);
    }

    private static CallId Id(int call) => CallId.Of(call.ToString(System.Globalization.CultureInfo.InvariantCulture));

    private static DomainConfiguration Configuration(QueueModel model) => new()
    {
        Domain = DomainId.Of("theory"),
        Realm = "theory",
        Skills = ["talk"],
        Agents = [.. Enumerable.Range(1, model.Agents).Select(agent => Configurations.Agent($"agent{agent}", ("talk", 1)))],
        Queues = [Configurations.Queue("line", ("talk", 1)) with { ServiceLevelMs = model.ServiceLevelMs }],
        Numbers = [new NumberConfiguration(Number, QueueId.Of("line"))],
    };
}
