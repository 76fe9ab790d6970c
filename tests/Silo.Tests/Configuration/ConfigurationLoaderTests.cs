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
          - { id: ann, password: secret-word, skills: { english: 7 } }
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

    [Theory]
    [InlineData("domain: shop\nagents:\n\t- id: ann\n", "f.yaml:3:1: ", "indent with spaces")]
    [InlineData("domain: shop\nqueues:\n  - id: q\n   needs: {}\n", "f.yaml:4:4: ", "indentation")]
    [InlineData("domain: shop\nqueues: [a\n", "f.yaml:", "end the bracket")]
    public void What_is_no_YAML_says_where_and_what_to_look_for(string yaml, string place, string remedy)
    {
        ConfigurationMistake mistake = Assert.Single(ConfigurationLoader.Load("f.yaml", yaml).Mistakes);
        Assert.StartsWith(place, mistake.ToString(), StringComparison.Ordinal);
        Assert.Contains("is not valid YAML", mistake.Problem, StringComparison.Ordinal);
        Assert.DoesNotContain(".;", mistake.ToString(), StringComparison.Ordinal);
        Assert.Contains(remedy, mistake.Remedy, StringComparison.Ordinal);
    }

    [Fact]
    public void Order_ageing_weights_and_reserves_are_read_and_left_out_mean_none()
    {
        DomainConfiguration domain = Good("""
            domain: shop
            order: deadline
            ageing: 30s
            queues:
              - { id: q, weight: 3 }
              - { id: vip }
            reserves:
              - { name: vip, keep: 2, queues: [vip, q], priorityAtLeast: -5 }
              - { name: gold, keep: 1, priorityAtLeast: 10 }
            """);
        Assert.Equal((CallOrder.Deadline, 30_000, 3, 0), (domain.Order, domain.AgeingMs, domain.Queues[0].Weight, domain.Queues[1].Weight));
        Assert.Equal(["vip", "q"], domain.Reserves[0].Queues.Select(queue => queue.Value));
        Assert.Equal(("vip", 2, -5), (domain.Reserves[0].Name, domain.Reserves[0].Keep, domain.Reserves[0].PriorityAtLeast));
        Assert.Equal(("gold", 1, 0, 10), (domain.Reserves[1].Name, domain.Reserves[1].Keep, domain.Reserves[1].Queues.Count, domain.Reserves[1].PriorityAtLeast));

        DomainConfiguration plain = Good(Minimal);
        Assert.Equal((CallOrder.Priority, 0, 0), (plain.Order, plain.AgeingMs, plain.Reserves.Count));
    }

    [Fact]
    public void A_misspelt_queue_of_a_reserve_is_told_where_it_stands()
    {
        ConfigurationResult result = ConfigurationLoader.Load("f.yaml", "domain: d\nqueues: [ { id: support } ]\nreserves:\n  - { name: vip, keep: 1, queues: [support, suport] }\n");
        string mistake = Assert.Single(result.Mistakes).ToString()!;
        Assert.Contains("f.yaml:4:45", mistake, StringComparison.Ordinal);
        Assert.Contains("did you mean 'support'?", mistake, StringComparison.Ordinal);
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
        DomainConfiguration demo = ConfigurationLoader.LoadDemo().Configuration!;

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
    [InlineData("domain: d\nskills: [english]\nqueues:\n  - id: q\n    needs: { english: 11 }", 5, 23, "from 1 to 10", "")]
    [InlineData("domain: d\nagents:\n  - id: ann", 3, 5, "'password'", "ha1Md5")]
    [InlineData("domain: d\nagents:\n  - { id: a b, password: long-enough }", 3, 11, "'a b' is not a valid id", "letters")]
    [InlineData("domain: d\nagents: ann", 2, 9, "must be a list", "[]")]
    [InlineData("domain: d\nagents:", 2, 8, "must be a list", "[]")]
    [InlineData("realm: d", 1, 1, "needs 'domain'", "add")]
    [InlineData("domain: d\ntrunks: [ { name: t, addresses: [ somewhere ] } ]", 2, 35, "'somewhere'", "192.0.2.0/24")]
    [InlineData("domain: d\nqueues:\n  - { id: q, needs: { english: 1 } }", 3, 23, "no skill 'english'", "")]
    [InlineData("domain: d\nqueues:\n  - { id: q }\n  - { id: q }", 4, 11, "is there twice", "")]
    [InlineData("domain: d\nqueues:\n  - id: q\n    overflowTo: r", 4, 17, "no queue 'r'", "")]
    [InlineData("domain: d\nqueues:\n  - id: q\n    ringTimeout: 1ms", 4, 18, "must be from 1s to 10m", "")]
    [InlineData("domain: d\nnumbers:\n  - { number: 1, queue: q }", 3, 25, "no queue 'q'", "")]
    public void A_mistake_is_told_with_its_place_and_its_remedy(string yaml, int line, int column, string problem, string remedy)
    {
        ConfigurationMistake mistake = Assert.Single(ConfigurationLoader.Load("f.yaml", yaml).Mistakes);

        Assert.Equal((line, column), (mistake.Line, mistake.Column));
        Assert.Contains(problem, mistake.ToString(), StringComparison.Ordinal);
        Assert.Contains(remedy, mistake.ToString(), StringComparison.Ordinal);
        Assert.StartsWith($"f.yaml:{line}:{column}: ", mistake.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("skills:\n  - english\n  - english", 4, 5)]
    [InlineData("trunks:\n  - { name: t, addresses: [] }\n  - { name: ' ', addresses: [] }", 4, 5)]
    [InlineData("apiKeys:\n  - { name: a, key: long-enough }\n  - { name: ' ', key: long-enough }", 4, 5)]
    [InlineData("queues: [ { id: q } ]\nnumbers:\n  - { number: 7, queue: q }\n  - { number: ' ', queue: q }", 5, 5)]
    [InlineData("trunks:\n  - { name: t, addresses: [] }\n  - { name: t, addresses: [] }", 4, 13)]
    [InlineData("agents:\n  - { id: a, password: long-enough }\n  - { id: b, sipUser: a, password: long-enough }", 4, 23)]
    public void What_only_the_brain_finds_has_its_place_too(string yaml, int line, int column)
    {
        ConfigurationMistake mistake = Assert.Single(ConfigurationLoader.Load("f.yaml", "domain: d\n" + yaml).Mistakes);

        Assert.Equal((line, column), (mistake.Line, mistake.Column));
    }

    [Theory]
    [InlineData("skills: [english]\nqueues: [ { id: q, needs: { englihs: 1 } } ]", "did you mean 'english'?")]
    [InlineData("skills: [english, german]\nqueues: [ { id: q, needs: { x: 1 } } ]", "known are english, german")]
    [InlineData("queues: [ { id: support } ]\nnumbers: [ { number: 1, queue: suport } ]", "did you mean 'support'?")]
    [InlineData("queues: [ { id: support, overflowTo: spport } ]", "did you mean 'support'?")]
    [InlineData("queues: [ { id: q, strategy: longest-idel } ]", "did you mean 'longest-idle'?")]
    [InlineData("apiKeys: [ { name: a, key: long-enough, role: amdin } ]", "did you mean 'admin'?")]
    public void A_name_that_is_not_known_is_answered_with_the_one_that_was_meant(string yaml, string remedy) =>
        Assert.Contains(remedy, Assert.Single(ConfigurationLoader.Load("f.yaml", "domain: d\n" + yaml).Mistakes).Remedy, StringComparison.Ordinal);

    [Fact]
    public void What_refers_to_nothing_is_told_beside_what_has_the_wrong_form()
    {
        ConfigurationResult result = ConfigurationLoader.Load("f.yaml", """
            domain: d
            skills: [english]
            agents:
              - { id: "desk[1-300]", password: "{id}-secret", skills: { englisch: 4 } }
            queues:
              - id: q
                wrapUp: soon
                overflowTo: r
            trunks:
              - { name: t, addresses: [ 10.0.0.1, 10.0.0.300 ] }
            """);

        Assert.Equal([(4, 61), (7, 13), (8, 17), (10, 39)], result.Mistakes.Select(mistake => ((int)mistake.Line, (int)mistake.Column)));
        Assert.All(result.Mistakes, mistake => Assert.NotEmpty(mistake.Remedy));
    }

    [Theory]
    [InlineData("skills: english\nqueues: [ { id: q, needs: { english: 1 } } ]", 2)]
    [InlineData("queues: q\nnumbers: [ { number: 1, queue: q } ]", 2)]
    [InlineData("agents: [ { id: ann } ]", 2)]
    [InlineData("agents: [ { id: ann, ha1Md5: x, ha1Sha256: y } ]", 2, 2)]
    public void One_mistake_is_not_told_twice(string yaml, int line, int count = 1) =>
        Assert.Equal(Enumerable.Repeat((long)line, count), ConfigurationLoader.Load("f.yaml", "domain: d\n" + yaml).Mistakes.Select(mistake => mistake.Line));

    [Theory]
    [InlineData("{ id: ann, password: '' }", "'password", true)]
    [InlineData("{ id: ann, password: '' }", "is empty", true)]
    [InlineData("{ id: ann, password: '   ' }", "is empty", true)]
    [InlineData("{ id: longenoughid, password: LongEnoughId }", "is the name itself", false)]
    [InlineData("{ id: ann, sipUser: longenough, password: longenough }", "is the name itself", false)]
    [InlineData("{ id: ann, password: seven77 }", "fewer than 8", false)]
    public void Weak_secrets_are_warned_of_and_empty_ones_refused(string agent, string told, bool isMistake)
    {
        ConfigurationResult result = ConfigurationLoader.Load("f.yaml", $"domain: d\nagents:\n  - {agent}\nqueues: [ {{ id: q }} ]\nnumbers: [ {{ number: 1, queue: q }} ]\napiKeys: [ {{ name: root, key: long-enough-1, role: admin }} ]");

        ConfigurationMistake found = Assert.Single(isMistake ? result.Mistakes : result.Warnings);
        Assert.Equal(3, found.Line);
        Assert.Contains(told, found.ToString().Replace("the password", "'password", StringComparison.Ordinal), StringComparison.Ordinal);
        Assert.Equal(isMistake, result.Configuration is null);
    }

    [Theory]
    [InlineData("deploy/demo.yaml")]
    [InlineData("load-tests/bench.yaml")]
    public void Our_own_files_have_no_warning(string file) =>
        Assert.Empty(ConfigurationLoader.Load(file, Repository.Read(file)).Warnings);

    [Fact]
    public void An_empty_domain_is_good_with_a_warning()
    {
        ConfigurationResult result = ConfigurationLoader.Load("f.yaml", "domain: d");

        Assert.NotNull(result.Configuration);
        Assert.Equal(["no agents", "no key with the role admin", "no queues"], result.Warnings.Select(warning => warning.Problem.Replace("there is", "there are", StringComparison.Ordinal).Split("there are ")[1].Split(':')[0]).Order(StringComparer.Ordinal));
        Assert.Equal("f.yaml:1:1: warning: ", result.Warnings[0].AsWarning()[..21]);
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
