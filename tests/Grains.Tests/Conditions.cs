using Routing.Contracts.Configuration;
using Routing.Contracts.Serialization;
using Routing.Contracts.Views;
using Routing.Grains.Configuration;
using Routing.Grains.Matching;
using System.Text.Json;
using Xunit;

namespace Routing.Grains.Tests;

/// <summary>The language of needs: what a text means, when two mean the same, what is no condition; and that the compiled form judges as the definition does.</summary>
public sealed class Conditions
{
    private static readonly string[] Skills = ["support", "english", "french"];
    private static readonly string[] Sites = ["paris", "new york"];
    private static readonly string[] Teams = ["tier1", "trainees"];

    [Theory]
    [InlineData("support >= 3", true)]
    [InlineData("support > 5", false)]
    [InlineData("support <= 5 and support != 4", true)]
    [InlineData("french = 0", true)]
    [InlineData("french < 1 or support = 1", true)]
    [InlineData("not support >= 3", false)]
    [InlineData("not (support >= 3 and french >= 1)", true)]
    [InlineData("support >= 9 or english >= 2 and support >= 3", true)]
    [InlineData("(support >= 9 or english >= 2) and support >= 6", false)]
    [InlineData("site = paris", true)]
    [InlineData("site != paris", false)]
    [InlineData("SITE = paris", false)]
    [InlineData("floor != third", true)]
    [InlineData("team = tier1 and not (team = trainees)", true)]
    [InlineData("'site' = 'paris'", true)]
    [InlineData("NOT site = 'new york' AND support>=5", true)]
    public void A_text_means_what_it_says(string text, bool isMet)
    {
        AgentTraits alice = new([new SkillLevel("support", 5), new SkillLevel("english", 2)], "tier1", [new AgentAttribute("site", "paris")]);
        ParsedNeeds parsed = NeedParser.Parse(text);
        Assert.Null(parsed.Mistake);
        Assert.Equal(isMet, parsed.Expression!.IsMetBy(alice));
        Assert.Equal(isMet, NeedForm.Of([], parsed.Expression)!.IsMetBy(alice));
    }

    [Theory]
    [InlineData("support >= 3 and english >= 1", "english>0 AND support > 2")]
    [InlineData("support >= 3 and (english >= 1 and french >= 1)", "(french >= 1 and support >= 3) and english >= 1 and english >= 1")]
    [InlineData("not (site = paris or support < 3)", "support >= 3 and site != paris")]
    [InlineData("not not (support = 10)", "support >= 10")]
    [InlineData("support != 0", "not (support = 0)")]
    [InlineData("'support' <= 4", "support < 5")]
    public void The_same_written_differently_has_one_canonical_text(string one, string other) =>
        Assert.Equal(Canonical(one), Canonical(other));

    [Theory]
    [InlineData("support >= 3 and english >= 1 or french >= 1", "support >= 3 and (english >= 1 or french >= 1)")]
    [InlineData("site = paris", "site = 'Paris'")]
    [InlineData("support = 3", "support >= 3")]
    public void What_differs_has_another(string one, string other) =>
        Assert.NotEqual(Canonical(one), Canonical(other));

    [Theory]
    [InlineData("", 1, "the end is no name")]
    [InlineData("support", 8, "the end after 'support' is no comparison")]
    [InlineData("support >= 3)", 13, "there is no '(' for this ')'")]
    [InlineData("support >= 3 english >= 1", 14, "'english' is not expected here")]
    [InlineData("support => 3", 9, "'=>' after 'support' is no comparison")]
    [InlineData("support >= 3 & english >= 1", 14, "'&' is not expected here")]
    [InlineData("site = 'paris", 8, "''paris' is no value")]
    [InlineData("'support >= 3", 1, "the quote does not end")]
    [InlineData("or >= 3", 1, "'or' is no name")]
    [InlineData("support >= 99999999999", 12, "99999999999 is no level")]
    [InlineData("site > paris", 6, "words cannot be compared with '>'")]
    public void A_mistake_is_told_at_its_column(string text, int column, string what)
    {
        ParsedNeeds parsed = NeedParser.Parse(text);
        Assert.Null(parsed.Expression);
        Assert.Equal(column, parsed.Mistake!.Column);
        Assert.StartsWith(what, parsed.Mistake.Text, StringComparison.Ordinal);
        Assert.NotEmpty(parsed.Mistake.Remedy);
    }

    [Fact]
    public void Size_and_depth_have_limits()
    {
        string AtMost(int comparisons) => string.Join(" and ", Enumerable.Repeat("a >= 1", comparisons));
        string Deep(int depth) => string.Concat(Enumerable.Repeat("(", depth)) + "a >= 1" + new string(')', depth);
        Assert.Null(NeedParser.Parse(AtMost(NeedParser.MaxComparisonsCount)).Mistake);
        Assert.Contains("more than 64 comparisons", NeedParser.Parse(AtMost(NeedParser.MaxComparisonsCount + 1)).Mistake!.Text, StringComparison.Ordinal);
        Assert.Null(NeedParser.Parse(Deep(NeedParser.MaxDepth)).Mistake);
        Assert.Contains("more than 8 parentheses", NeedParser.Parse(Deep(NeedParser.MaxDepth + 1)).Mistake!.Text, StringComparison.Ordinal);
        Assert.Contains("more than 8", NeedParser.Parse(string.Concat(Enumerable.Repeat("not ", 400)) + "a >= 1").Mistake!.Text, StringComparison.Ordinal);
        Assert.Contains("more than 2000 characters", NeedParser.Parse(new string('a', NeedParser.MaxTextLengthChars + 1)).Mistake!.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void The_deepest_condition_survives_being_stored()
    {
        string text = "a >= 1";
        for (int depth = 0; depth < NeedParser.MaxDepth; depth++)
        {
            text = $"b >= 1 or c >= 1 and ({text})";
        }

        NeedExpression condition = NeedParser.Parse(text).Expression!;
        DomainConfiguration demo = Configurations.Demo("support", queue => queue with { Rings = [new RingConfiguration { AfterMs = 1, Condition = condition }], Condition = condition });
        byte[] json = JsonSerializer.SerializeToUtf8Bytes(demo, ContractsJson.Default.DomainConfiguration);
        DomainConfiguration read = JsonSerializer.Deserialize(json, ContractsJson.Default.DomainConfiguration)!;
        Assert.Equal(condition, read.Queues[0].Condition);
        Assert.Equal(condition, read.Queues[0].Rings[0].Condition);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Random_conditions_read_back_as_written_and_their_programs_judge_as_their_definition_does(int seed)
    {
        Random random = new(seed);
        for (int round = 0; round < 300; round++)
        {
            NeedExpression[] conditions = [.. Enumerable.Range(0, 12).Select(_ => Condition(random, 3))];
            NeedIndex index = new(new ReserveBook([]));
            NeedClass[] classes = [.. conditions.Select(condition => index.ClassOf([], condition))];
            foreach (NeedExpression condition in conditions)
            {
                Assert.Equal(condition.Text, NeedParser.Parse(condition.Text).Expression!.Text);
                NeedExpression normal = NeedForm.Of([], condition)!;
                Assert.Equal(normal.Text, NeedForm.Of([], normal)!.Text);
                Assert.True(NeedForm.Leaves(normal).Count() <= NeedForm.Leaves(condition).Count());
            }

            for (int i = 0; i < 20; i++)
            {
                AgentTraits agent = Agent(random);
                ClassMembership[] memberships = index.MembershipsOf(agent);
                for (int c = 0; c < conditions.Length; c++)
                {
                    bool isMember = memberships.Any(membership => membership.Class == classes[c]);
                    Assert.True(isMember == conditions[c].IsMetBy(agent), $"seed {seed}: {conditions[c].Text} by {string.Join(' ', agent.Skills)} {agent.Team} {string.Join(' ', agent.Attributes ?? [])}: {isMember}");
                }

                Assert.Equal(memberships.OrderBy(membership => membership.Class.Index), memberships);
            }
        }
    }

    [Fact]
    public void Skills_that_are_asked_for_count_for_the_strategies_each_once_and_denied_ones_do_not()
    {
        NeedIndex index = new(new ReserveBook([]));
        NeedClass needs = index.ClassOf([new SkillLevel("support", 1)], NeedParser.Parse("(english >= 5 or french >= 5) and support >= 2 and not (billing >= 3) and sales < 4").Expression);
        AgentTraits agent = new([new SkillLevel("support", 3), new SkillLevel("english", 2), new SkillLevel("french", 7), new SkillLevel("billing", 2), new SkillLevel("sales", 3)], null, null);

        ClassMembership membership = Assert.Single(index.MembershipsOf(agent));

        Assert.Equal((needs, 3 + 2 + 7), (membership.Class, membership.SkillSum));
    }

    [Fact]
    public void Judging_an_agent_allocates_only_the_list_of_its_classes()
    {
        NeedIndex index = new(new ReserveBook([]));
        for (int i = 1; i <= 10; i++)
        {
            index.ClassOf([], NeedParser.Parse($"support >= {i} and (english >= 5 or site = paris) and not (team = trainees)").Expression);
        }

        AgentTraits agent = new([new SkillLevel("english", 9)], "tier1", [new AgentAttribute("site", "paris")]);
        Assert.Empty(index.MembershipsOf(agent));
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 1_000; i++)
        {
            index.MembershipsOf(agent);
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    private static string Canonical(string text) => NeedForm.Of([], NeedParser.Parse(text).Expression)!.Text;

    private static AgentTraits Agent(Random random) => new(
        [.. Skills.Where(_ => random.Next(3) > 0).Select(skill => new SkillLevel(skill, random.Next(1, 11)))],
        random.Next(3) == 0 ? null : Teams[random.Next(Teams.Length)],
        random.Next(3) == 0 ? null : [new AgentAttribute("site", Sites[random.Next(Sites.Length)])]);

    private static NeedExpression Condition(Random random, int depth) => random.Next(depth == 0 ? 4 : 8) switch
    {
        0 or 1 => new SkillNeed(Skills[random.Next(Skills.Length)], (SkillOperator)random.Next(6), random.Next(1, 10)),
        2 => new AttributeNeed("site", Sites[random.Next(Sites.Length)], random.Next(2) == 0),
        3 => new AttributeNeed("team", Teams[random.Next(Teams.Length)], random.Next(2) == 0),
        4 => new NotNeed(Condition(random, depth - 1)),
        5 or 6 => new AllNeeds([Condition(random, depth - 1), Condition(random, depth - 1)]),
        _ => new AnyNeeds([Condition(random, depth - 1), Condition(random, depth - 1)]),
    };
}
