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
/// A domain of n agents with five of 200 skills each, and 200 queues that need one skill at level 3 each. It keeps what a store would keep, so that a domain can be activated from it.
/// </summary>
internal sealed class DecisionDomain
{
    public const int Skills = 200;
    public const int NeededLevel = 3;
    private const int SkillsPerAgent = 5;
    private static readonly GatewayId Gateway = GatewayId.Of("gw1");

    private readonly RoutingDomain _domain = new(DomainId.Of("micro"), new DomainLimits());
    private readonly Dictionary<RowKey, ReadOnlyMemory<byte>>? _rows;
    private readonly List<RowKey> _named = [];
    private readonly bool _isAway;
    private ulong _random = 42;
    private long _nowMs = 1_000_000_000_000;
    private long _sequence;
    private long _calls;

    /// <param name="agents">How many.</param>
    /// <param name="keepRows">Keeps what a store would.</param>
    /// <param name="isAway">Nobody has a phone, and everybody has what the first queue needs.</param>
    public DecisionDomain(int agents, bool keepRows = false, bool isAway = false)
    {
        _isAway = isAway;
        _rows = keepRows ? [] : null;
        Agents = [.. Enumerable.Range(0, agents).Select(NewAgent)];
        _domain.Activate();
        Run(new ApplyConfiguration(Configuration()));
        for (int agent = 0; agent < agents && !isAway; agent++)
        {
            Run(new RegisterPhone
            {
                Agent = Agents[agent].Id,
                Gateway = Gateway,
                SipCallId = $"reg-{agent}",
                CSeq = 1,
                Changes = [new BindingChange($"sip:{Agents[agent].Id}@127.0.0.1:5061", 86_400, null, "127.0.0.1:5061", null, "phone", [])],
            });
        }
    }

    /// <summary>The agents in order of id.</summary>
    public IReadOnlyList<AgentConfiguration> Agents { get; }

    /// <summary>Offers in conversation.</summary>
    public Queue<OfferId> Talking { get; } = new();

    /// <summary>Offers that ring.</summary>
    public Queue<OfferId> Ringing { get; } = new();

    public IReadOnlyDictionary<RowKey, ReadOnlyMemory<byte>> Rows => _rows!;

    /// <summary>A skill that some agent has at the needed level, as a queue's number.</summary>
    public int NextQueue()
    {
        SkillLevel skill = Agents[(int)(Draw() % (ulong)Agents.Count)].Skills[0];
        return int.Parse(skill.Skill.AsSpan(5), CultureInfo.InvariantCulture);
    }

    /// <summary>The turn of an arrival: a decision when an agent is free.</summary>
    public TurnResult Arrive(int queue) => Run(new CallArrived
    {
        Call = CallId.Of((++_calls).ToString(CultureInfo.InvariantCulture)),
        Gateway = Gateway,
        Dnis = Number(queue),
        Ani = "",
        Leg = Leg("caller"),
    });

    /// <summary>The turn in which an agent becomes free: a decision when a call waits.</summary>
    public TurnResult EndConversation() => Run(new AgentLegEnded(Talking.Dequeue(), AgentLegEndCause.HungUp));

    /// <summary>Calls that wait, in order of arrival.</summary>
    public IEnumerable<CallId> Waiting() => _domain.Snapshot().Calls.Where(call => call.State == CallState.Waiting).Select(call => call.Id);

    public Explanation? Explain(Question question) => _domain.Explain(question, _nowMs);

    public void AnswerAll()
    {
        while (Ringing.TryDequeue(out OfferId offer))
        {
            Run(new OfferAnswered(offer, Leg("agent")));
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

    private TurnResult Run(Command command)
    {
        _named.Clear();
        _domain.NameColdRows(command, _named);
        TurnResult result = _domain.Turn(new TurnInput { NowMs = ++_nowMs, Sequence = ++_sequence, Random = Draw(), Command = command });
        foreach (AddressedEffect effect in result.Effects)
        {
            if (effect.Effect is OfferCall offer)
            {
                Ringing.Enqueue(offer.Offer);
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
        Skills = [.. Enumerable.Range(0, Skills).Select(Skill)],
        Agents = Agents,
        Queues =
        [
            .. Enumerable.Range(0, Skills).Select(queue => new QueueConfiguration
            {
                Id = QueueId.Of("q" + queue.ToString(CultureInfo.InvariantCulture)),
                Name = "q" + queue.ToString(CultureInfo.InvariantCulture),
                Needs = [new SkillLevel(Skill(queue), NeededLevel)],
            }),
        ],
        Numbers = [.. Enumerable.Range(0, Skills).Select(queue => new NumberConfiguration(Number(queue), QueueId.Of("q" + queue.ToString(CultureInfo.InvariantCulture))))],
    };

    private static string Skill(int number) => "skill" + number.ToString(CultureInfo.InvariantCulture);

    private static string Number(int queue) => (1000 + queue).ToString(CultureInfo.InvariantCulture);

    private static LegState Leg(string leg) => new(LegId.Of(leg), new byte[600]);

    /// <summary>SplitMix64.</summary>
    private ulong Draw()
    {
        ulong value = _random += 0x9E3779B97F4A7C15;
        value = (value ^ (value >> 30)) * 0xBF58476D1CE4E5B9;
        value = (value ^ (value >> 27)) * 0x94D049BB133111EB;
        return value ^ (value >> 31);
    }
}
