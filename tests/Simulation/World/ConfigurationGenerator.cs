using Routing.Contracts.Configuration;
using Routing.Contracts.Ids;
using Routing.Contracts.Views;
using Routing.Simulation.Running;

namespace Routing.Simulation.World;

/// <summary>Random configurations of a domain, and random changes of one.</summary>
internal static class ConfigurationGenerator
{
    private static readonly string[] _skills = ["billing", "english", "sales"];

    public static DomainConfiguration Create(DomainId domain, Scenario scenario, SimRandom random)
    {
        var agents = new List<AgentConfiguration>();
        for (int i = 0; i < scenario.AgentsCount; i++)
        {
            agents.Add(Agent(i, random));
        }

        var queues = new List<QueueConfiguration>();
        var numbers = new List<NumberConfiguration>();
        QueueId[] all = [.. Enumerable.Range(0, scenario.QueuesCount).Select(QueueOf)];
        for (int i = 0; i < scenario.QueuesCount; i++)
        {
            queues.Add(LendingGenerator.With(WithRules(Queue(i, scenario.QueuesCount, random), all, random), domain, scenario, random));
            numbers.Add(Number($"{1000 + i}", queues[i].Id, all, agents, random));
        }

        return new DomainConfiguration
        {
            Domain = domain,
            Realm = domain.Value,
            Order = random.Pick(Enum.GetValues<CallOrder>()),
            AgeingMs = Ageing(random),
            Reserves = Reserves(queues, random),
            Skills = _skills,
            Teams = NeedsGenerator.Teams,
            Attributes = [NeedsGenerator.Site],
            Agents = agents,
            Queues = queues,
            Numbers = numbers,
            Calendars = EntryGenerator.Calendars(random),
            Announcements = EntryGenerator.Announcements(random),
        };
    }

    /// <summary>One or a few changes, such as a supervisor makes. One in eight is a mistake that must be refused.</summary>
    public static DomainConfiguration Change(DomainConfiguration old, Scenario scenario, SimRandom random)
    {
        QueueId[] all = [.. old.Queues.Select(queue => queue.Id)];
        switch (random.Below(12))
        {
            case 0:
                return old with { Numbers = [.. old.Numbers, new NumberConfiguration("9999", QueueId.Of("nowhere"))] };
            case 1 when old.Agents.Count > 1:
                int leaves = random.Below(old.Agents.Count);
                return NeedsGenerator.Forget(old, old.Agents[leaves].Id) with { Agents = [.. old.Agents.Where((_, index) => index != leaves)] };
            case 2 when old.Agents.Count < scenario.AgentsCount:
                int comes = Enumerable.Range(0, scenario.AgentsCount).First(i => old.Agents.All(agent => agent.Id != AgentOf(i)));
                return old with { Agents = [.. old.Agents, Agent(comes, random)] };
            case 3:
            case 4:
                int skilled = random.Below(old.Agents.Count);
                return old with { Agents = [.. old.Agents.Select((agent, index) => index == skilled ? NeedsGenerator.Place(agent with { Skills = Skills(random) }, random) : agent)] };
            case 5 when old.Queues.Count > 1:
                QueueId gone = random.Pick(old.Queues).Id;
                return old with
                {
                    Queues = [.. old.Queues.Where(queue => queue.Id != gone).Select(queue => EntryGenerator.Without(queue, gone))],
                    Numbers = [.. old.Numbers.Where(number => !EntryGenerator.Names(number, gone))],
                    Reserves = [.. old.Reserves.Where(reserve => !reserve.Queues.Contains(gone))],
                };
            case 6 when old.Queues.Count < scenario.QueuesCount:
                int back = Enumerable.Range(0, scenario.QueuesCount).First(i => old.Queues.All(queue => queue.Id != QueueOf(i)));
                QueueConfiguration added = Queue(back, scenario.QueuesCount, random) with { OverflowTo = null };
                return old with { Queues = [.. old.Queues, added], Numbers = [.. old.Numbers, new NumberConfiguration($"{1000 + back}", added.Id)] };
            case 7:
                return old with { Order = random.Pick(Enum.GetValues<CallOrder>()), AgeingMs = Ageing(random), Announcements = EntryGenerator.Announcements(random) };
            case 8:
                return old with { Reserves = Reserves(old.Queues, random) };
            case 9:
                return old with { Calendars = EntryGenerator.Calendars(random) };
            case 10:
                int led = random.Below(old.Numbers.Count);
                return old with { Numbers = [.. old.Numbers.Select((number, index) => index == led ? Number(number.Number, random.Pick(all), all, old.Agents, random) : number)] };
            default:
                int changed = random.Below(old.Queues.Count);
                return old with { Queues = [.. old.Queues.Select((queue, index) => index == changed ? LendingGenerator.With(WithRules(Changed(queue, random), all, random), old.Domain, scenario, random) : queue)] };
        }
    }

    public static AgentId AgentOf(int index) => AgentId.Of($"a{index}");

    public static QueueId QueueOf(int index) => QueueId.Of($"q{index}");

    private static NumberConfiguration Number(string dnis, QueueId queue, IReadOnlyList<QueueId> all, IReadOnlyList<AgentConfiguration> agents, SimRandom random)
    {
        NumberConfiguration number = EntryGenerator.Number(dnis, queue, all, random);
        return number.Routes.Count == 0 && number.Queue is not null ? number with { Prefer = NeedsGenerator.Prefer(agents, 150, random) } : number;
    }

    private static int Ageing(SimRandom random) => random.Pick([0, 0, 500, 5_000, 30_000]);

    private static List<ReserveConfiguration> Reserves(IReadOnlyList<QueueConfiguration> queues, SimRandom random)
    {
        var reserves = new List<ReserveConfiguration>();
        while (reserves.Count < 3 && random.Chance(reserves.Count == 0 ? 450 : 300))
        {
            QueueId[] some = [.. queues.Where(_ => random.Chance(400)).Select(queue => queue.Id)];
            int? priority = some.Length == 0 || random.Chance(400) ? random.Between(0, 2) : null;
            reserves.Add(new ReserveConfiguration($"r{reserves.Count}", random.Pick([1, 1, 2, 3]), some, priority));
        }

        return reserves;
    }

    private static QueueConfiguration WithRules(QueueConfiguration queue, IReadOnlyList<QueueId> all, SimRandom random) => queue with
    {
        Overflow = EntryGenerator.Rules([.. all.Where(id => id != queue.Id)], queue.TimeoutMs > 0 || queue.OverflowTo is not null, random),
    };

    private static QueueConfiguration Changed(QueueConfiguration queue, SimRandom random)
    {
        QueueConfiguration other = Queue(0, 1, random);
        return other with { Id = queue.Id, Name = queue.Name, OverflowTo = queue.OverflowTo };
    }

    private static AgentConfiguration Agent(int index, SimRandom random) => NeedsGenerator.Place(
        new AgentConfiguration
        {
            Id = AgentOf(index),
            Name = $"Agent {index}",
            SipUser = $"user{index}",
            Ha1Md5 = new string('0', 32),
            Ha1Sha256 = new string('0', 64),
            Skills = Skills(random),
            Weight = random.Pick([1, 1, 2, 5]),
            OnRegister = random.Chance(850) ? OnRegister.Ready : OnRegister.Nothing,
        },
        random);

    private static List<SkillLevel> Skills(SimRandom random)
    {
        var skills = new List<SkillLevel>();
        foreach (string skill in _skills)
        {
            if (random.Chance(650))
            {
                skills.Add(new SkillLevel(skill, random.Between(1, 10)));
            }
        }

        return skills;
    }

    private static QueueConfiguration Queue(int index, int count, SimRandom random)
    {
        var needs = new List<SkillLevel>();
        foreach (string skill in _skills)
        {
            if (random.Chance(250))
            {
                needs.Add(new SkillLevel(skill, random.Between(1, 6)));
            }
        }

        bool hasTimeout = random.Chance(500);
        return new QueueConfiguration
        {
            Id = QueueOf(index),
            Name = $"Queue {index}",
            Needs = needs,
            Strategy = random.Pick(Enum.GetValues<AgentStrategy>()),
            Priority = random.Pick([0, 0, 0, -1, 1]),
            Answer = random.Pick([AnswerMode.OnAgent, AnswerMode.OnQueue, AnswerMode.Immediately]),
            Weight = random.Pick([0, 0, 1, 3]),
            ServiceLevelMs = random.Pick([0, 2_000, 20_000, 20_000]),
            Offers = random.Pick([1, 1, 1, 2, 3, 50]),
            RingTimeoutMs = random.Pick([1_000, 3_000, 8_000, 15_000]),
            WrapUpMs = random.Pick([0, 0, 500, 4_000]),
            TimeoutMs = hasTimeout ? random.Pick([2_000, 10_000, 40_000]) : 0,
            OverflowTo = hasTimeout && index + 1 < count && random.Chance(700) ? QueueOf(random.Between(index + 1, count - 1)) : null,
            RejectStatus = random.Pick([480, 486, 603]),
            CoolOffMs = random.Pick([0, 1_000, 10_000, 30_000]),
            OnNoAnswer = Policy(random, "ring-no-answer") with { AfterMisses = random.Pick([1, 1, 2, 3]) },
            OnDecline = Policy(random, "declined"),
            OnUnreachable = Policy(random, "unreachable"),
            OnCallerLeft = Policy(random, "caller-left"),
            Condition = random.Chance(150) ? NeedsGenerator.Condition(_skills, 3, random) : null,
            Rings = NeedsGenerator.Rings(_skills, random),
            Prefer = NeedsGenerator.Prefer([], 250, random),
        };
    }

    private static OfferFailurePolicy Policy(SimRandom random, string reason) => random.Below(4) switch
    {
        0 => new OfferFailurePolicy(AgentAfterFailure.NotReady, reason, 0),
        1 => new OfferFailurePolicy(AgentAfterFailure.NotReady, reason, random.Pick([1_000, 10_000])),
        2 => new OfferFailurePolicy(AgentAfterFailure.LoggedOut, reason, random.Pick([0, 5_000])),
        _ => new OfferFailurePolicy(AgentAfterFailure.Ready, null, 0),
    };
}
