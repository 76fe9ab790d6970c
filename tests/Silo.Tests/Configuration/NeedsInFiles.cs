using Routing.Contracts.Configuration;
using Routing.Contracts.Ids;
using Routing.Contracts.Views;
using Routing.Silo.Configuration;
using Xunit;

namespace Routing.Silo.Tests.Configuration;

/// <summary>Needs, rings and preferred agents as they are written, and the place and remedy of each mistake in them.</summary>
public sealed class NeedsInFiles
{
    private const string Keys = "apiKeys: [ { name: root, key: long-enough-3, role: admin } ]";

    private const string Head = """
        domain: d
        skills: [support, english, french]
        teams: [tier1, trainees]
        attributes: [site]
        agents:
          - { id: alice, password: long-enough-1, skills: { support: 3, english: 5, french: 1 }, team: tier1, attributes: { site: paris } }
          - { id: bob, password: long-enough-2, skills: { support: 1 }, team: trainees, attributes: { site: new york } }

        """;

    [Fact]
    public void Levels_and_the_text_that_means_the_same_are_read_alike()
    {
        DomainConfiguration read = Good("""
            queues:
              - { id: levels, needs: { support: 3, english: 1 } }
              - { id: text, needs: english >= 1 and support >= 3 }
              - { id: more, needs: "support > 2 and not (english < 1)" }
            numbers: [ { number: "1", queue: levels }, { number: "2", queue: text }, { number: "3", queue: more } ]
            """);
        Assert.All(read.Queues, queue => Assert.Null(queue.Condition));
        Assert.All(read.Queues, queue => Assert.Equal([new SkillLevel("english", 1), new SkillLevel("support", 3)], queue.Needs.OrderBy(need => need.Skill, StringComparer.Ordinal)));
    }

    [Fact]
    public void A_queue_has_a_condition_rings_and_a_preferred_agent_and_a_number_may_prefer_another()
    {
        DomainConfiguration read = Good("""
            queues:
              - id: q
                needs: support >= 3 and (english >= 5 or french >= 5) and site = paris and not (team = trainees)
                rings: [ { after: 30s, needs: "site = 'new york' or support >= 2" }, { after: 1m, needs: {} } ]
                prefer: { agent: last-agent, hold: 20s }
            numbers: [ { number: "1", queue: q, prefer: { agent: alice, hold: 10s } } ]
            """);
        QueueConfiguration queue = Assert.Single(read.Queues);
        Assert.Equal("support >= 3 and (english >= 5 or french >= 5) and site = paris and not (team = trainees)", queue.Condition!.Text);
        Assert.Equal([30_000, 60_000], queue.Rings.Select(ring => ring.AfterMs));
        Assert.Equal("site = 'new york' or support >= 2", queue.Rings[0].Condition!.Text);
        Assert.Equal(new PreferConfiguration(null, 20_000), queue.Prefer);
        Assert.Equal(new PreferConfiguration(AgentId.Of("alice"), 10_000), Assert.Single(read.Numbers).Prefer);
        Assert.Equal(("tier1", new AgentAttribute("site", "paris")), (read.Agents[0].Team, Assert.Single(read.Agents[0].Attributes!)));
    }

    [Theory]
    [InlineData("- { id: q, needs: support >= }", "10:31: needs: the end is no value; expected a level from 0 to 10 or a word")]
    [InlineData("- { id: q, needs: 'support >= 3 and and english >= 1' }", "10:39: needs: 'and' is no name; expected a skill")]
    [InlineData("- { id: q, needs: support 3 }", "10:29: needs: '3' after 'support' is no comparison; expected >=, >, <=, <, = or !=")]
    [InlineData("- { id: q, needs: (support >= 3 }", "10:34: needs: the end is not expected here; write ')', 'and' or 'or'")]
    [InlineData("- { id: q, needs: support >= 11 }", "10:32: needs: 11 is no level")]
    [InlineData("- { id: q, needs: suport >= 3 }", "10:21: queues[q].needs[0].skill: there is no skill 'suport'; did you mean 'support'?")]
    [InlineData("- { id: q, needs: english >= 1 and suport >= 3 }", "10:38: queues[q].needs[1].skill: there is no skill 'suport'; did you mean 'support'?")]
    [InlineData("- { id: q, needs: english >= 1 or suport >= 3 }", "10:37: queues[q].needs[suport]: there is no skill 'suport'; did you mean 'support'?")]
    [InlineData("- { id: q, needs: support >= 3 and sitte = paris }", "10:38: queues[q].needs[sitte]: there is no attribute 'sitte'; did you mean 'site'?")]
    [InlineData("- { id: q, needs: team = tier2 }", "10:21: queues[q].needs[team]: there is no team 'tier2'; did you mean 'tier1'?")]
    [InlineData("- { id: q, needs: support = paris }", "10:21: queues[q].needs[support]: there is no attribute 'support'; 'support' is a skill and compares with levels: write support >= 1")]
    [InlineData("- { id: q, needs: site = 3 }", "10:21: queues[q].needs[site]: there is no skill 'site'; 'site' is no skill and compares with words: write site = '3'")]
    [InlineData("- { id: q, needs: support >= 0 }", "10:21: queues[q].needs[support]: support >= 0 is always true")]
    [InlineData("- { id: q, rings: [ { after: 30s, needs: {} }, { after: 30s, needs: {} } ] }", "10:59: queues[q].rings[1].after: is 30s, and the ring before begins after 30s")]
    [InlineData("- { id: q, rings: [ { after: 0s, needs: {} } ] }", "10:32: queues[q].rings[0].after: is 0;")]
    [InlineData("- { id: q, rings: [ { after: 30s, needs: { suport: 1 } } ] }", "10:46: queues[q].rings[0].needs[0].skill: there is no skill 'suport'; did you mean 'support'?")]
    [InlineData("- { id: q, prefer: { agent: alise, hold: 20s } }", "10:31: queues[q].prefer.agent: there is no agent 'alise'; did you mean 'alice'?")]
    public void A_mistake_has_its_line_and_column_and_what_to_do(string queue, string expected)
    {
        ConfigurationResult result = ConfigurationLoader.Load("f.yaml", Head + "\nqueues:\n  " + queue);
        string mistake = Assert.Single(result.Mistakes).ToString();
        Assert.StartsWith("f.yaml:" + expected, mistake, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("needs: \"support\\x20>= \\x41 3\"", "f.yaml:11:12: needs, character 9: words cannot be compared with '>='")]
    [InlineData("needs: >\n        support >=\n        3 or", "f.yaml:11:12: needs, character 16: the end is no name")]
    public void Where_the_column_cannot_be_told_the_character_is(string needs, string expected)
    {
        string yaml = Head + "\nqueues:\n  - id: q\n    " + needs;
        string mistake = Assert.Single(ConfigurationLoader.Load("f.yaml", yaml).Mistakes).ToString();
        Assert.StartsWith(expected, mistake, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("teams: [a, a]", "team 'a' is there twice")]
    [InlineData("attributes: [team]", "'team' is the name under which needs see an agent's team")]
    [InlineData("teams: [tier1]\nagents: [ { id: a, password: long-enough-1, team: tier2 } ]", "there is no team 'tier2'; did you mean 'tier1'?")]
    [InlineData("attributes: [site]\nagents: [ { id: a, password: long-enough-1, attributes: { side: x } } ]", "there is no attribute 'side'; did you mean 'site'?")]
    public void Teams_and_attributes_are_listed_first(string yaml, string expected) =>
        Assert.Contains(expected, Assert.Single(ConfigurationLoader.Load("f.yaml", "domain: d\n" + yaml).Mistakes).ToString(), StringComparison.Ordinal);

    [Theory]
    [InlineData("needs: { support: 3 }, rings: [ { after: 30s, needs: support >= 2 } ]", "rings[0].needs: the ring changes nothing: the same agents meet its needs as those before")]
    [InlineData("needs: { support: 3 }, rings: [ { after: 30s, needs: support >= 9 } ]", "rings[0].needs: no agent meets support >= 9")]
    [InlineData("needs: { support: 3 }, timeout: 30s, rings: [ { after: 30s, needs: {} } ]", "rings[0].after: the ring is never reached: after 30s the call leaves the queue")]
    [InlineData("needs: { support: 9 }, rings: [ { after: 30s, needs: {} } ]", "needs: no agent meets support >= 9: calls wait for the next ring in vain")]
    [InlineData("needs: support >= 4 and site = paris", "needs: nobody can serve queue 'q', and its calls wait for ever: no agent meets site = paris and support >= 4")]
    [InlineData("needs: support >= 1 or site = pariss", "needs[site]: no agent has site = pariss; did you mean 'paris'?")]
    public void What_was_hardly_meant_is_told_as_a_warning(string queue, string expected)
    {
        string yaml = Head + "\nqueues:\n  - { id: q, " + queue + " }\n  - { id: all, needs: english >= 1 and french >= 1 and support >= 1 }\nnumbers: [ { number: \"1\", queue: q }, { number: \"2\", queue: all } ]\n" + Keys;
        ConfigurationResult result = ConfigurationLoader.Load("f.yaml", yaml);
        Assert.Empty(result.Mistakes);
        Assert.Contains("queues[q]." + expected, Assert.Single(result.Warnings).ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_skill_that_no_queue_needs_and_a_team_without_agents_are_told()
    {
        ConfigurationResult result = ConfigurationLoader.Load("f.yaml", Head.Replace("trainees]", "trainees, nobody]", StringComparison.Ordinal) + "\nqueues:\n  - { id: q, needs: english >= 1 and support >= 1 }\nnumbers: [ { number: \"1\", queue: q } ]\n" + Keys);
        Assert.Empty(result.Mistakes);
        Assert.Equal(
            ["skills[2]: skill 'french' is needed by no queue", "teams[2]: no agent has team 'nobody'"],
            result.Warnings.Select(warning => warning.Problem));
    }

    private static DomainConfiguration Good(string rest)
    {
        ConfigurationResult result = ConfigurationLoader.Load("f.yaml", Head + "\n" + rest);
        Assert.Empty(result.Mistakes);
        return result.Configuration!;
    }
}
