using System.Security.Cryptography;
using System.Text;
using Routing.Contracts.Configuration;
using Routing.Contracts.Ids;
using Routing.Contracts.Views;

namespace Routing.Gateway.Tests.Feeds;

/// <summary>Views with the values that a test does not care about.</summary>
internal static class Sample
{
    /// <summary>2026-11-21T12:00:00Z.</summary>
    public const long StartMs = 1_795_262_400_000;

    public const string AdminKey = "demo-admin";
    public const string SupervisorKey = "watchful";
    public const string ReaderKey = "just-looking";

    public static DomainId DomainId { get; } = DomainId.Of("demo");

    public static AgentView Agent(string id, AgentState state = AgentState.Ready, params SkillLevel[] skills) => new()
    {
        Id = AgentId.Of(id),
        Name = char.ToUpperInvariant(id[0]) + id[1..],
        State = state,
        SinceMs = StartMs,
        IdleSinceMs = StartMs,
        Phones = 1,
        Skills = skills,
    };

    public static QueueView Queue(string id, params SkillLevel[] needs) => new()
    {
        Id = QueueId.Of(id),
        Name = char.ToUpperInvariant(id[0]) + id[1..],
        Needs = needs,
        Waiting = 0,
        Ringing = 0,
        Talking = 0,
        Offered = 0,
        Answered = 0,
        Abandoned = 0,
        Overflowed = 0,
        Rejected = 0,
        Failed = 0,
        AnsweredWithinServiceLevel = 0,
        AnsweredAll = 0,
        AnsweredWaitMs = 0,
        ServiceLevelMs = 20_000,
    };

    public static CallView Call(string id, string? queue = "support", CallState state = CallState.Waiting, int priority = 0, long order = 0) => new()
    {
        Id = CallId.Of(id),
        State = state,
        Ani = "+4930" + order,
        Dnis = "1000",
        Queue = queue is null ? null : QueueId.Of(queue),
        Priority = priority,
        ArrivedMs = StartMs + order,
        EnqueuedMs = StartMs + order,
        OrderMs = StartMs + order,
        OrderNumber = order,
    };

    public static DomainView Domain() => new()
    {
        Domain = DomainId,
        ConfigurationVersion = 1,
        Offered = 0,
        Answered = 0,
        Abandoned = 0,
        OverflowedOut = 0,
        Rejected = 0,
        Failed = 0,
        Waiting = 0,
        Talking = 0,
    };

    public static EdgeConfiguration Edge(bool demo, long version = 1) => new()
    {
        Domain = DomainId,
        Version = version,
        Realm = "demo",
        Hosts = [],
        Demo = demo,
        Numbers = ["1000", "2000", "3000"],
        Agents = [new EdgeAgent(AgentId.Of("alice"), "alice", string.Empty, string.Empty), new EdgeAgent(AgentId.Of("bob"), "bob", string.Empty, string.Empty)],
        Trunks = [],
        ApiKeys = [Key("admin", AdminKey, ApiRole.Admin), Key("lead", SupervisorKey, ApiRole.Supervisor), Key("wallboard", ReaderKey, ApiRole.Reader)],
    };

    public static ApiKeyConfiguration Key(string name, string key, ApiRole role) =>
        new(name, Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(key))), role);

    public static CallDetail Detail(CallView call) => new()
    {
        Call = call,
        Timeline = [new TimelineEntry(StartMs, "arrived", "Call from +49301 to 1000"), new TimelineEntry(StartMs + 500, "offered", "Offered to alice")],
        Visits = [new VisitView(QueueId.Of("support"), StartMs, StartMs + 4_000, VisitResult.Served)],
        Offers =
        [
            new OfferView
            {
                Number = 1,
                Agent = AgentId.Of("alice"),
                Queue = QueueId.Of("support"),
                OfferedMs = StartMs + 500,
                RingingMs = StartMs + 700,
                EndedMs = StartMs + 4_000,
                Result = OfferResult.Answered,
                SipStatus = 200,
                Why = new WhyRecord
                {
                    Trigger = "call-arrived",
                    Rule = "longest-idle",
                    ConfigurationVersion = 1,
                    WaitedMs = 500,
                    PoolSize = 3,
                    Agents = [new AgentCandidate(AgentId.Of("alice"), 42_000, 8), new AgentCandidate(AgentId.Of("bob"), 7_500, 5)],
                    Excluded = [new Exclusion("carol", "cool-off")],
                },
            },
        ],
    };
}
