using Routing.Contracts.Configuration;
using Routing.Contracts.Ids;
using Routing.Contracts.Views;
using Routing.Grains.Matching;

namespace Routing.Grains.Configuration;

/// <summary>A checked configuration, indexed. Immutable but for the lines and pools of its need classes, which matching fills.</summary>
internal sealed class DomainPlan
{
    private readonly Dictionary<QueueId, QueuePlan> _queues = [];
    private readonly Dictionary<string, NumberConfiguration> _numbers = new(StringComparer.Ordinal);
    private readonly Dictionary<string, CalendarPlan> _calendars = new(StringComparer.Ordinal);
    private readonly Dictionary<string, AnnouncementConfiguration> _announcements = new(StringComparer.Ordinal);
    private readonly NeedIndex _needs;
    private Dictionary<AgentId, AgentConfiguration>? _agents;

    public DomainPlan(long version, DomainConfiguration configuration)
    {
        Version = version;
        Configuration = configuration;
        Order = new LineOrder(configuration.Order, configuration.AgeingMs);
        Reserves = new ReserveBook(configuration.Reserves);
        _needs = new NeedIndex(Reserves);
        foreach (CalendarConfiguration calendar in configuration.Calendars)
        {
            _calendars.Add(calendar.Id, new CalendarPlan(calendar));
        }

        foreach (AnnouncementConfiguration announcement in configuration.Announcements)
        {
            _announcements.Add(announcement.Name, announcement);
        }

        foreach (QueueConfiguration queue in configuration.Queues)
        {
            List<RingPlan> rings = [Ring(0, queue.Needs, queue.Condition, queue.Strategy)];
            rings.AddRange(queue.Rings.Select(ring => Ring(ring.AfterMs, ring.Needs, ring.Condition, queue.Strategy)));
            uint reserveMask = Reserves.MaskOf(queue.Id);
            rings[0].Class.ReserveMask |= reserveMask;
            OverflowPlan overflow = new(queue, [.. rings.Select(ring => ring.Class)], _calendars);
            _queues.Add(queue.Id, new QueuePlan(queue, rings, reserveMask, overflow));
            Watch(queue.Id, overflow);
        }

        foreach (NumberConfiguration number in configuration.Numbers)
        {
            _numbers.Add(number.Number, number);
        }
    }

    public long Version { get; }

    public DomainConfiguration Configuration { get; }

    public IReadOnlyList<NeedClass> Classes => _needs.Classes;

    /// <summary>Which waiting call comes first.</summary>
    public LineOrder Order { get; }

    public ReserveBook Reserves { get; }

    public static DomainPlan Empty(DomainId domain) => new(0, new DomainConfiguration { Domain = domain, Realm = domain.Value });

    public QueuePlan? FindQueue(QueueId queue) => _queues.GetValueOrDefault(queue);

    /// <summary>A queue that a call stands in: it cannot be removed while one does.</summary>
    public QueuePlan Queue(QueueId queue) => FindQueue(queue) ?? throw new InvalidOperationException($"Queue '{queue}' is in use and not configured.");

    /// <summary>Indexed when first asked, which only a change of the configuration does.</summary>
    public AgentConfiguration? FindAgent(AgentId agent) => (_agents ??= Configuration.Agents.ToDictionary(static configured => configured.Id)).GetValueOrDefault(agent);

    public NumberConfiguration? FindNumber(string number) => _numbers.GetValueOrDefault(number);

    /// <summary>A calendar that a checked configuration names.</summary>
    public CalendarPlan Calendar(string id) => _calendars[id];

    /// <summary>The same of an announcement.</summary>
    public AnnouncementConfiguration Announcement(string name) => _announcements[name];

    /// <summary>The classes that the agent satisfies, by index.</summary>
    public ClassMembership[] MembershipsOf(AgentConfiguration agent) => _needs.MembershipsOf(agent.Traits);

    /// <summary>What gateways need of it.</summary>
    public EdgeConfiguration ToEdge() => new()
    {
        Domain = Configuration.Domain,
        Version = Version,
        Realm = Configuration.Realm,
        Hosts = Configuration.Hosts,
        Demo = Configuration.Demo,
        Numbers = [.. Configuration.Numbers.Select(number => number.Number)],
        Headers =
        [
            .. Configuration.Numbers.SelectMany(number => number.Routes).Select(route => route.When.Header).OfType<string>()
                .Distinct(StringComparer.OrdinalIgnoreCase).Order(StringComparer.Ordinal),
        ],
        Agents = [.. Configuration.Agents.Select(agent => new EdgeAgent(agent.Id, agent.SipUser, agent.Ha1Md5, agent.Ha1Sha256))],
        Trunks = Configuration.Trunks,
        Announcements = Configuration.Announcements,
        ApiKeys = Configuration.ApiKeys,
    };

    private static void Watch(QueueId queue, OverflowPlan overflow)
    {
        if (overflow.WatchesStaff)
        {
            foreach (NeedClass needClass in overflow.Classes)
            {
                (needClass.Watchers ??= []).Add(queue);
            }
        }
    }

    private RingPlan Ring(int afterMs, IReadOnlyList<SkillLevel> needs, NeedExpression? condition, AgentStrategy strategy)
    {
        NeedClass needClass = _needs.ClassOf(needs, condition);
        return new RingPlan(afterMs, needClass, needClass.PoolFor(strategy));
    }
}
