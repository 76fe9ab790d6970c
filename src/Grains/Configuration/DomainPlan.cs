using Routing.Contracts.Configuration;
using Routing.Contracts.Ids;
using Routing.Contracts.Views;
using Routing.Grains.Matching;

namespace Routing.Grains.Configuration;

/// <summary>A checked configuration, indexed. Immutable but for the lines and pools of its need classes, which matching fills.</summary>
internal sealed class DomainPlan
{
    private static readonly List<(NeedClass Class, int Level)> NoClasses = [];

    private readonly Dictionary<QueueId, QueuePlan> _queues = [];
    private readonly Dictionary<AgentId, AgentConfiguration> _agents = [];
    private readonly Dictionary<string, NumberConfiguration> _numbers = new(StringComparer.Ordinal);
    private readonly Dictionary<string, List<(NeedClass Class, int Level)>> _classesBySkill = new(StringComparer.Ordinal);
    private readonly List<NeedClass> _classes = [];
    private readonly List<NeedClass> _classesWithoutNeeds = [];
    private readonly List<ClassMembership> _memberships = [];
    private (int Count, int Sum)[]? _met;

    public DomainPlan(long version, DomainConfiguration configuration)
    {
        Version = version;
        Configuration = configuration;
        Order = new LineOrder(configuration.Order, configuration.AgeingMs);
        Reserves = new ReserveBook(configuration.Reserves);
        SortedDictionary<string, NeedClass> byText = new(StringComparer.Ordinal);
        foreach (QueueConfiguration queue in configuration.Queues)
        {
            SkillLevel[] needs = [.. queue.Needs.OrderBy(need => need.Skill, StringComparer.Ordinal)];
            string text = string.Join(',', needs.Select(need => $"{need.Skill}>={need.Level}"));
            if (!byText.TryGetValue(text, out NeedClass? needClass))
            {
                needClass = new NeedClass(_classes.Count, needs, Reserves);
                byText.Add(text, needClass);
                AddClass(needClass);
            }

            uint reserveMask = Reserves.MaskOf(queue.Id);
            needClass.ReserveMask |= reserveMask;
            _queues.Add(queue.Id, new QueuePlan(queue, needClass, needClass.PoolFor(queue.Strategy), reserveMask));
        }

        foreach (AgentConfiguration agent in configuration.Agents)
        {
            _agents.Add(agent.Id, agent);
        }

        foreach (NumberConfiguration number in configuration.Numbers)
        {
            _numbers.Add(number.Number, number);
        }
    }

    public long Version { get; }

    public DomainConfiguration Configuration { get; }

    public IReadOnlyList<NeedClass> Classes => _classes;

    /// <summary>Which waiting call comes first.</summary>
    public LineOrder Order { get; }

    public ReserveBook Reserves { get; }

    public static DomainPlan Empty(DomainId domain) => new(0, new DomainConfiguration { Domain = domain, Realm = domain.Value });

    public QueuePlan? FindQueue(QueueId queue) => _queues.GetValueOrDefault(queue);

    /// <summary>A queue that a call stands in: it cannot be removed while one does.</summary>
    public QueuePlan Queue(QueueId queue) => FindQueue(queue) ?? throw new InvalidOperationException($"Queue '{queue}' is in use and not configured.");

    public AgentConfiguration? FindAgent(AgentId agent) => _agents.GetValueOrDefault(agent);

    public NumberConfiguration? FindNumber(string number) => _numbers.GetValueOrDefault(number);

    /// <summary>
    /// The classes that somebody with these skills satisfies, by index. Costs the classes that need any of the skills, not all classes:
    /// a class is satisfied when as many of its needs were met as it has.
    /// </summary>
    public ClassMembership[] MembershipsOf(IReadOnlyList<SkillLevel> skills)
    {
        _met ??= new (int Count, int Sum)[_classes.Count];
        List<ClassMembership> memberships = _memberships;
        memberships.Clear();
        foreach (NeedClass needClass in _classesWithoutNeeds)
        {
            memberships.Add(new ClassMembership(needClass, 0));
        }

        foreach (SkillLevel skill in skills)
        {
            foreach ((NeedClass needClass, int level) in ClassesThatNeed(skill.Skill))
            {
                ref (int Count, int Sum) met = ref _met[needClass.Index];
                if (skill.Level >= level && ++met.Count == needClass.Needs.Count)
                {
                    memberships.Add(new ClassMembership(needClass, met.Sum + skill.Level));
                }

                met.Sum += skill.Level;
            }
        }

        foreach (SkillLevel skill in skills)
        {
            foreach ((NeedClass needClass, _) in ClassesThatNeed(skill.Skill))
            {
                _met[needClass.Index] = default;
            }
        }

        memberships.Sort(static (left, right) => left.Class.Index.CompareTo(right.Class.Index));
        return [.. memberships];
    }

    /// <summary>What gateways need of it.</summary>
    public EdgeConfiguration ToEdge() => new()
    {
        Domain = Configuration.Domain,
        Version = Version,
        Realm = Configuration.Realm,
        Hosts = Configuration.Hosts,
        Demo = Configuration.Demo,
        Numbers = [.. Configuration.Numbers.Select(number => number.Number)],
        Agents = [.. Configuration.Agents.Select(agent => new EdgeAgent(agent.Id, agent.SipUser, agent.Ha1Md5, agent.Ha1Sha256))],
        Trunks = Configuration.Trunks,
        ApiKeys = Configuration.ApiKeys,
    };

    private List<(NeedClass Class, int Level)> ClassesThatNeed(string skill) => _classesBySkill.GetValueOrDefault(skill) ?? NoClasses;

    private void AddClass(NeedClass needClass)
    {
        _classes.Add(needClass);
        if (needClass.Needs.Count == 0)
        {
            _classesWithoutNeeds.Add(needClass);
        }

        foreach (SkillLevel need in needClass.Needs)
        {
            if (!_classesBySkill.TryGetValue(need.Skill, out List<(NeedClass Class, int Level)>? classes))
            {
                classes = [];
                _classesBySkill.Add(need.Skill, classes);
            }

            classes.Add((needClass, need.Level));
        }
    }
}
