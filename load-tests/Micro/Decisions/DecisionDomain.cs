using System.Globalization;
using Routing.Contracts.Commands;
using Routing.Contracts.Configuration;
using Routing.Contracts.Effects;
using Routing.Contracts.Engine;
using Routing.Contracts.Explanations;
using Routing.Contracts.Ids;
using Routing.Contracts.Views;
using Routing.Grains.Domain;

namespace Routing.Micro.Decisions;

/// <summary>
/// A domain of n agents with five of 200 skills each, and 200 queues that need one skill at level 3 each. Beside them a few agents who have a skill of their own that no caller asks for, and
/// a widening queue for each skill: its first ring needs more of that skill of theirs than anybody has, its second what the skill's own queue needs. It keeps what a store would keep, so that
/// a domain can be activated from it.
/// </summary>
internal sealed class DecisionDomain
{
    public const int Skills = 200;
    public const int NeededLevel = 3;
    private const int SkillsPerAgent = 5;
    private const int SparesCount = 8;
    private const int RingMs = 1_000;
    private const string SpareSkill = "spare";
    private static readonly GatewayId Gateway = GatewayId.Of("gw1");

    private static readonly LegState CallerLeg = new(LegId.Of("caller"), new byte[600]);
    private static readonly LegState AgentLeg = new(LegId.Of("agent"), new byte[600]);

    private readonly Dictionary<OfferId, AgentId> _agentOf = [];
    private readonly RoutingDomain _domain = new(DomainId.Of("micro"), new DomainLimits());
    private readonly Dictionary<RowKey, ReadOnlyMemory<byte>>? _rows;
    private readonly List<RowKey> _named = [];
    private readonly bool _isAway;
    private ulong _random = 42;
    private long _nowMs;
    private long _sequence;
    private long _calls;

    /// <param name="agents">How many.</param>
    /// <param name="keepRows">Keeps what a store would.</param>
    /// <param name="isAway">Nobody has a phone, and everybody has what the first queue needs.</param>
    /// <param name="nowMs">Time of the first turn, Unix milliseconds.</param>
    public DecisionDomain(int agents, bool keepRows = false, bool isAway = false, long nowMs = 1_000_000_000_000)
    {
        _nowMs = nowMs;
        _isAway = isAway;
        _rows = keepRows ? [] : null;
        Agents = [.. Enumerable.Range(0, agents).Select(NewAgent)];
        Spares = [.. Enumerable.Range(0, SparesCount).Select(number => NewAgent(agents + number) with { Skills = [new SkillLevel(SpareSkill, NeededLevel)] })];
        _domain.Activate();
        Run(new ApplyConfiguration(Configuration()));
        foreach (AgentConfiguration agent in isAway ? [] : Agents.Concat(Spares))
        {
            Register(agent.Id);
        }
    }

    /// <summary>The agents in order of id.</summary>
    public IReadOnlyList<AgentConfiguration> Agents { get; }

    /// <summary>Agents whom nobody's call needs.</summary>
    public IReadOnlyList<AgentConfiguration> Spares { get; }

    /// <summary>The turn that ran last.</summary>
    public TurnMeasure Last { get; private set; }

    /// <summary>Offers in conversation.</summary>
    public Queue<OfferId> Talking { get; } = new();

    /// <summary>Offers that ring.</summary>
    public Queue<OfferId> Ringing { get; } = new();

    public IReadOnlyDictionary<RowKey, ReadOnlyMemory<byte>> Rows => _rows!;

    /// <summary>A skill that some agent has at the needed level, as a queue's number.</summary>
    public int NextQueue() => QueueOf(Agents[(int)(Draw() % (ulong)Agents.Count)]);

    /// <summary>The turn of an arrival: a decision when an agent is free.</summary>
    public TurnResult Arrive(int queue) => ArriveAt(Number(queue));

    /// <summary>The turn of an arrival in the skill's widening queue: nobody is asked before its second ring.</summary>
    public TurnResult ArriveToWiden(int queue) => ArriveAt(WideningNumber(queue));

    /// <summary>The turn of the earliest timer: a decision when it is that of a ring.</summary>
    public TurnResult FireTimer()
    {
        TimerDue due = _domain.NextTimer ?? throw new InvalidOperationException("No timer is set.");
        _nowMs = Math.Max(_nowMs, due.DueMs - 1);
        return Run(due);
    }

    /// <summary>The last caller who came hangs up, waiting.</summary>
    public void LeaveLast() => Run(new CallerLeft(CallId.Of(_calls.ToString(CultureInfo.InvariantCulture)), CallerLeaveCause.HungUp));

    /// <summary>The turn in which an agent is set ready or not by hand.</summary>
    public TurnResult Set(AgentId agent, AgentMode mode) => Run(new SetAgentState(agent, mode, null, "benchmark"));

    /// <summary>Callers come until everybody talks and as many wait.</summary>
    public void Fill()
    {
        foreach (int queue in Enumerable.Range(0, 2 * Agents.Count).Select(_ => NextQueue()))
        {
            Arrive(queue);
        }

        AnswerAll();
        while (Talking.Count < Agents.Count)
        {
            HashSet<AgentId> talking = [.. Talking.Select(offer => _agentOf[offer])];
            foreach (AgentConfiguration agent in Agents.Where(agent => !talking.Contains(agent.Id)))
            {
                Arrive(QueueOf(agent));
            }

            AnswerAll();
        }
    }

    /// <summary>A queue of which this agent is one.</summary>
    public int QueueOf(AgentId agent) => QueueOf(Agents[int.Parse(agent.Value.AsSpan(5), CultureInfo.InvariantCulture)]);

    /// <summary>Whose conversation ends next.</summary>
    public AgentId NextToEnd() => _agentOf[Talking.Peek()];

    /// <summary>The turn in which an agent becomes free: a decision when a call waits.</summary>
    public TurnResult EndConversation() => Run(new AgentLegEnded(Talking.Dequeue(), AgentLegEndCause.HungUp));

    /// <summary>Calls that wait, in order of arrival.</summary>
    public IEnumerable<CallId> Waiting() => _domain.Snapshot().Calls.Where(call => call.State == CallState.Waiting).Select(call => call.Id);

    public Explanation? Explain(Question question) => _domain.Explain(question, _nowMs);

    public void AnswerAll()
    {
        while (Ringing.TryDequeue(out OfferId offer))
        {
            Run(new OfferAnswered(offer, AgentLeg));
            Talking.Enqueue(offer);
        }
    }

    public static RoutingDomain Activate(IReadOnlyList<StoredRow> resident, IReadOnlyDictionary<RowKey, ReadOnlyMemory<byte>> rows)
    {
        RoutingDomain domain = new(DomainId.Of("micro"), new DomainLimits());
        domain.Load(resident);
        List<RowKey> named = [];
        domain.NameRowsToActivate(named);
        domain.Load([.. named.Where(rows.ContainsKey).Select(key => new StoredRow(key, rows[key]))]);
        domain.Activate();
        return domain;
    }

    private void Register(AgentId agent) => Run(new RegisterPhone
    {
        Agent = agent,
        Gateway = Gateway,
        SipCallId = $"reg-{agent}",
        CSeq = 1,
        Changes = [new BindingChange($"sip:{agent}@127.0.0.1:5061", 86_400, null, "127.0.0.1:5061", null, "phone", [])],
    });

    private TurnResult ArriveAt(string number) => Run(new CallArrived
    {
        Call = CallId.Of((++_calls).ToString(CultureInfo.InvariantCulture)),
        Gateway = Gateway,
        Dnis = number,
        Ani = "",
        Leg = CallerLeg,
    });

    private TurnResult Run(Command command)
    {
        _named.Clear();
        _domain.NameColdRows(command, _named);
        TurnInput input = new() { NowMs = ++_nowMs, Sequence = ++_sequence, Random = Draw(), Command = command };
        long bytes = GC.GetAllocatedBytesForCurrentThread();
        long started = TimeProvider.System.GetTimestamp();
        TurnResult result = _domain.Turn(input);
        double microseconds = TimeProvider.System.GetElapsedTime(started).TotalMicroseconds;
        Last = new TurnMeasure(microseconds, GC.GetAllocatedBytesForCurrentThread() - bytes, result.CandidatesTouched);
        foreach (AddressedEffect effect in result.Effects)
        {
            if (effect.Effect is OfferCall offer)
            {
                Ringing.Enqueue(offer.Offer);
                _agentOf[offer.Offer] = offer.Agent;
            }
        }

        if (_rows is not null)
        {
            Keep(result);
        }

        return result;
    }

    private void Keep(TurnResult result)
    {
        foreach (RowChange row in result.Rows)
        {
            if (row.Bytes is { } bytes)
            {
                _rows![row.Key] = bytes.ToArray();
            }
            else
            {
                _rows!.Remove(row.Key);
            }
        }
    }

    private AgentConfiguration NewAgent(int number)
    {
        HashSet<int> skills = _isAway ? [0] : [];
        while (skills.Count < SkillsPerAgent)
        {
            skills.Add((int)(Draw() % Skills));
        }

        string id = "agent" + number.ToString("D6", CultureInfo.InvariantCulture);
        return new AgentConfiguration
        {
            Id = AgentId.Of(id),
            Name = id,
            SipUser = id,
            Ha1Md5 = new string('0', 32),
            Ha1Sha256 = new string('0', 64),
            Skills = [.. skills.Select((skill, index) => new SkillLevel(Skill(skill), index == 0 ? NeededLevel : 1 + (int)(Draw() % 10)))],
        };
    }

    private DomainConfiguration Configuration() => new()
    {
        Domain = DomainId.Of("micro"),
        Realm = "micro",
        Skills = [.. Enumerable.Range(0, Skills).Select(Skill), SpareSkill],
        Agents = [.. Agents, .. Spares],
        Queues =
        [
            .. Enumerable.Range(0, Skills).Select(queue => new QueueConfiguration
            {
                Id = QueueId.Of("q" + queue.ToString(CultureInfo.InvariantCulture)),
                Name = "q" + queue.ToString(CultureInfo.InvariantCulture),
                Needs = [new SkillLevel(Skill(queue), NeededLevel)],
            }),
            .. Enumerable.Range(0, Skills).Select(queue => new QueueConfiguration
            {
                Id = QueueId.Of("w" + queue.ToString(CultureInfo.InvariantCulture)),
                Name = "w" + queue.ToString(CultureInfo.InvariantCulture),
                Needs = [new SkillLevel(SpareSkill, NeededLevel + 1)],
                Rings = [new RingConfiguration { AfterMs = RingMs, Needs = [new SkillLevel(Skill(queue), NeededLevel)] }],
            }),
        ],
        Numbers =
        [
            .. Enumerable.Range(0, Skills).Select(queue => new NumberConfiguration(Number(queue), QueueId.Of("q" + queue.ToString(CultureInfo.InvariantCulture)))),
            .. Enumerable.Range(0, Skills).Select(queue => new NumberConfiguration(WideningNumber(queue), QueueId.Of("w" + queue.ToString(CultureInfo.InvariantCulture)))),
        ],
    };

    private static int QueueOf(AgentConfiguration agent) => int.Parse(agent.Skills[0].Skill.AsSpan(5), CultureInfo.InvariantCulture);

    private static string Skill(int number) => "skill" + number.ToString(CultureInfo.InvariantCulture);

    private static string Number(int queue) => (1000 + queue).ToString(CultureInfo.InvariantCulture);

    private static string WideningNumber(int queue) => (2000 + queue).ToString(CultureInfo.InvariantCulture);

    /// <summary>SplitMix64.</summary>
    private ulong Draw()
    {
        ulong value = _random += 0x9E3779B97F4A7C15;
        value = (value ^ (value >> 30)) * 0xBF58476D1CE4E5B9;
        value = (value ^ (value >> 27)) * 0x94D049BB133111EB;
        return value ^ (value >> 31);
    }
}
