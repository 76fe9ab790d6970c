using Routing.Contracts.Configuration;
using Routing.Contracts.Ids;
using Routing.Contracts.Views;

namespace Routing.Grains.Tests;

/// <summary>Configurations of tests.</summary>
internal static class Configurations
{
    public const string Md5 = "0123456789abcdef0123456789abcdef";
    public const string Sha256 = Md5 + Md5;

    /// <summary>Queues support (1000; billing not needed), billing (2000; billing ≥ 3, english ≥ 1) and sales (3000); agents alice, bob and carol.</summary>
    public static DomainConfiguration Demo() => new()
    {
        Domain = DomainId.Of("demo"),
        Realm = "demo",
        Skills = ["support", "billing", "english", "sales"],
        Agents =
        [
            Agent("alice", ("support", 5), ("english", 9)),
            Agent("bob", ("support", 8), ("billing", 4), ("english", 3)),
            Agent("carol", ("sales", 5)),
        ],
        Queues =
        [
            Queue("support", ("support", 1)),
            Queue("billing", ("billing", 3), ("english", 1)),
            Queue("sales", ("sales", 1)) with { TimeoutMs = 20_000, OverflowTo = QueueId.Of("support") },
        ],
        Numbers =
        [
            new NumberConfiguration("1000", QueueId.Of("support")),
            new NumberConfiguration("1001", QueueId.Of("support"), 10),
            new NumberConfiguration("2000", QueueId.Of("billing")),
            new NumberConfiguration("3000", QueueId.Of("sales")),
        ],
    };

    public static AgentConfiguration Agent(string id, params (string Skill, int Level)[] skills) => new()
    {
        Id = AgentId.Of(id),
        Name = id,
        SipUser = id,
        Ha1Md5 = Md5,
        Ha1Sha256 = Sha256,
        Skills = [.. skills.Select(skill => new SkillLevel(skill.Skill, skill.Level))],
    };

    public static QueueConfiguration Queue(string id, params (string Skill, int Level)[] needs) => new()
    {
        Id = QueueId.Of(id),
        Name = id,
        Needs = [.. needs.Select(need => new SkillLevel(need.Skill, need.Level))],
    };

    /// <summary>The demo with one queue changed.</summary>
    public static DomainConfiguration Demo(string queue, Func<QueueConfiguration, QueueConfiguration> change)
    {
        DomainConfiguration demo = Demo();
        return demo with { Queues = [.. demo.Queues.Select(old => old.Id == QueueId.Of(queue) ? change(old) : old)] };
    }
}
