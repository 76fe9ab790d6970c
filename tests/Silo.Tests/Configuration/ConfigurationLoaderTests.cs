using Routing.Contracts.Configuration;
using Routing.Contracts.Views;
using Routing.Silo.Configuration;
using Xunit;

namespace Routing.Silo.Tests.Configuration;

public sealed class ConfigurationLoaderTests
{
    private const string Minimal = """
        domain: shop
        skills: [english]
        agents:
          - { id: ann, password: secret, skills: { english: 7 } }
        queues:
          - { id: q, needs: { english: 3 }, ringTimeout: 1500ms, wrapUp: 1m }
        numbers:
          - { number: "0800", queue: q }
        """;

    [Fact]
    public void A_domain_is_read_with_its_defaults()
    {
        DomainConfiguration domain = Good(Minimal);

        Assert.Equal("shop", domain.Realm);
        QueueConfiguration queue = Assert.Single(domain.Queues);
        Assert.Equal([new SkillLevel("english", 3)], queue.Needs);
        Assert.Equal(1500, queue.RingTimeoutMs);
        Assert.Equal(60_000, queue.WrapUpMs);
        Assert.Equal(AnswerMode.OnQueue, queue.Answer);
        Assert.Equal("0800", Assert.Single(domain.Numbers).Number);
        Assert.False(domain.Demo);
    }

    [Fact]
    public void Passwords_become_the_digests_of_RFC_7616()
    {
        // The example of RFC 7616 §3.9.1.
        AgentConfiguration agent = Assert.Single(Good("""
            domain: d
            realm: http-auth@example.org
            agents: [ { id: Mufasa, password: Circle of Life } ]
            """).Agents);

        Assert.Equal("3d78807defe7de2157e2b0b6573a855f", agent.Ha1Md5);
        Assert.Equal("7987c64c30e25f1b74be53f966b49b90f2808aa92faf9a00262392d7b4794232", agent.Ha1Sha256);
    }

    [Fact]
    public void A_range_of_ids_makes_many_agents_and_fills_in_the_id()
    {
        IReadOnlyList<AgentConfiguration> agents = Good("""
            domain: d
            agents: [ { id: "agent[1-2000]", name: "Agent {id}", password: "{id}-demo" } ]
            """).Agents;

        Assert.Equal(2000, agents.Count);
        Assert.Equal("agent1", agents[0].Id.Value);
        Assert.Equal("Agent agent2000", agents[^1].Name);
        Assert.Equal(SecretDigests.Ha1Md5("agent2000", "d", "agent2000-demo"), agents[^1].Ha1Md5);
    }

    [Fact]
    public void The_built_in_demo_is_the_sample_file() =>
        Assert.Equal(Repository.Read("deploy/demo.yaml"), new StreamReader(typeof(ConfigurationLoader).Assembly.GetManifestResourceStream("Routing.Silo.demo.yaml")!).ReadToEnd());

    [Fact]
    public void The_demo_has_the_numbers_and_agents_that_the_readme_promises()
    {
        DomainConfiguration demo = ConfigurationLoader.LoadDemo();

        Assert.True(demo.Demo);
        Assert.Equal(["1000 support", "2000 billing", "3000 sales"], demo.Numbers.Select(number => $"{number.Number} {number.Queue}"));
        Assert.Equal(["alice", "bob", "carol", "dave"], demo.Agents.Select(agent => agent.Id.Value));
        Assert.All(demo.Agents, agent => Assert.Equal(SecretDigests.Ha1Md5(agent.SipUser, "demo", agent.Id + "-demo"), agent.Ha1Md5));
        Assert.Equal(SecretDigests.Sha256("demo-admin"), Assert.Single(demo.ApiKeys).Sha256);
        QueueConfiguration sales = demo.Queues.Single(queue => queue.Id.Value == "sales");
        Assert.Equal((20_000, "support"), (sales.TimeoutMs, sales.OverflowTo?.Value));
    }

    [Theory]
    [InlineData("domain: d\nqueus: []", 2, 1, "'queus'", "did you mean 'queues'?")]
    [InlineData("domain: d\nqueues:\n  - { id: q, ring-timeout: 3s }", 3, 14, "'ring-timeout'", "did you mean 'ringTimeout'?")]
    [InlineData("domain: d\nqueues:\n  - id: q\n    ringTimeout: 3", 4, 18, "'ringTimeout: 3'", "20s")]
    [InlineData("domain: d\nqueues:\n  - id: q\n    wrapUp: 25h", 4, 13, "24 hours", "1m")]
    [InlineData("domain: d\nqueues:\n  - id: q\n    strategy: best", 4, 15, "'strategy: best'", "longest-idle, most-skilled")]
    [InlineData("domain: d\nqueues:\n  - id: q\n    needs: { english: 11 }", 4, 23, "from 1 to 10", "")]
    [InlineData("domain: d\nagents:\n  - id: ann", 3, 5, "'password'", "ha1Md5")]
    [InlineData("domain: d\nagents:\n  - { id: a b, password: x }", 3, 11, "'a b' is not a valid id", "letters")]
    [InlineData("domain: d\nagents: ann", 2, 9, "must be a list", "[]")]
    [InlineData("domain: d\nagents:", 2, 8, "must be a list", "[]")]
    [InlineData("realm: d", 1, 1, "needs 'domain'", "add")]
    [InlineData("domain: d\ntrunks: [ { name: t, addresses: [ somewhere ] } ]", 2, 33, "'somewhere'", "192.0.2.0/24")]
    [InlineData("domain: d\nqueues:\n  - { id: q, needs: { english: 1 } }", 3, 23, "no skill 'english'", "")]
    [InlineData("domain: d\nqueues:\n  - { id: q }\n  - { id: q }", 4, 11, "is there twice", "")]
    [InlineData("domain: d\nqueues:\n  - id: q\n    overflowTo: r", 4, 17, "no queue 'r'", "")]
    [InlineData("domain: d\nqueues:\n  - id: q\n    ringTimeout: 1ms", 4, 18, "must be from 1000 to", "")]
    [InlineData("domain: d\nnumbers:\n  - { number: 1, queue: q }", 3, 25, "no queue 'q'", "")]
    public void A_mistake_is_told_with_its_place_and_its_remedy(string yaml, int line, int column, string problem, string remedy)
    {
        ConfigurationMistake mistake = Assert.Single(ConfigurationLoader.Load("f.yaml", yaml).Mistakes);

        Assert.Equal((line, column), (mistake.Line, mistake.Column));
        Assert.Contains(problem, mistake.ToString(), StringComparison.Ordinal);
        Assert.Contains(remedy, mistake.ToString(), StringComparison.Ordinal);
        Assert.StartsWith($"f.yaml:{line}:{column}: ", mistake.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void All_mistakes_of_a_file_are_told_at_once_in_its_order()
    {
        ConfigurationResult result = ConfigurationLoader.Load("f.yaml", """
            domain: d
            queues:
              - id: q
                wrapUp: soon
                priority: high
            colour: blue
            """);

        Assert.Null(result.Configuration);
        Assert.Equal([4, 5, 6], result.Mistakes.Select(mistake => mistake.Line));
    }

    [Theory]
    [InlineData("domain: d\ndomain: e")]
    [InlineData("domain: [")]
    [InlineData("\t- x")]
    [InlineData("")]
    [InlineData("just a text")]
    public void What_is_not_a_mapping_in_YAML_is_one_mistake(string yaml)
    {
        ConfigurationResult result = ConfigurationLoader.Load("f.yaml", yaml);

        Assert.Null(result.Configuration);
        Assert.StartsWith("f.yaml:", result.Mistakes[0].ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain('\n', result.Mistakes[0].ToString());
    }

    [Fact]
    public void A_file_that_is_not_there_is_one_mistake() =>
        Assert.Contains("does not exist", Assert.Single(ConfigurationLoader.LoadFile("no/such/file.yaml").Mistakes).ToString(), StringComparison.Ordinal);

    private static DomainConfiguration Good(string yaml)
    {
        ConfigurationResult result = ConfigurationLoader.Load("f.yaml", yaml);
        Assert.Empty(result.Mistakes);
        return result.Configuration!;
    }
}
