using System.Globalization;
using Routing.Contracts.Commands;
using Routing.Contracts.Configuration;
using Routing.Contracts.Ids;
using Routing.Contracts.Views;

namespace Routing.Micro;

/// <summary>A domain of twenty queues, whose agents have five of 200 skills.</summary>
internal static class MicroDomain
{
    public const int Skills = 200;
    public const int Queues = 20;
    public const int FirstNumber = 1000;
    private const int RegisteredSeconds = 86_400;
    private const string Hash = "0123456789abcdef0123456789abcdef";

    public static DomainConfiguration Configuration(DomainId domain, int agents) => new()
    {
        Domain = domain,
        Realm = "micro",
        Skills = [.. Enumerable.Range(0, Skills).Select(Skill)],
        Agents =
        [
            .. Enumerable.Range(0, agents).Select(i => new AgentConfiguration
            {
                Id = Agent(i),
                Name = Agent(i).Value,
                SipUser = Agent(i).Value,
                Ha1Md5 = Hash,
                Ha1Sha256 = Hash + Hash,
                Skills = [.. Enumerable.Range(0, 3).Select(k => new SkillLevel(Skill(Queues + ((i + (k * 67)) % (Skills - Queues))), 1 + ((i + k) % 10))), new SkillLevel(Skill(i % Queues), 5)],
            }),
        ],
        Queues =
        [
            .. Enumerable.Range(0, Queues).Select(i => new QueueConfiguration
            {
                Id = QueueId.Of(Text($"q{i:D2}")),
                Name = Text($"q{i:D2}"),
                Needs = [new SkillLevel(Skill(i), 1)],
            }),
        ],
        Numbers = [.. Enumerable.Range(0, Queues).Select(i => new NumberConfiguration(Number(i), QueueId.Of(Text($"q{i:D2}"))))],
    };

    public static RegisterPhone Register(int agent, GatewayId gateway) => new()
    {
        Agent = Agent(agent),
        Gateway = gateway,
        SipCallId = "reg",
        CSeq = 1,
        Changes = [new BindingChange(Text($"sip:a{agent:D6}@10.0.0.1:5060"), RegisteredSeconds, null, "10.0.0.1:5060", null, "phone", [])],
    };

    /// <summary>The number of one of the queues.</summary>
    public static string Number(long call) => Text($"{FirstNumber + (call % Queues)}");

    public static AgentId Agent(int number) => AgentId.Of(Text($"a{number:D6}"));

    public static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

    private static string Skill(int number) => Text($"skill{number:D3}");
}
