using Routing.Contracts.Ids;
using Routing.Contracts.Views;
using Routing.Gateway.Api;
using Xunit;

namespace Routing.Gateway.Tests.Api;

/// <summary>The sentence of a decision names the rule and what it compared.</summary>
public sealed class WhyTextTests
{
    [Theory]
    [InlineData("most-skilled", 8L, "bob was the most skilled of 3 agents who were ready and had the skills (idle 1.0 s, skill sum 8; next eve: idle 2.0 s, skill sum 5).")]
    [InlineData("least-skilled-that-fits", 8L, "bob was the least skilled of 3 agents")]
    [InlineData("least-occupied", 285_714L, "bob was the least occupied of 3 agents who were ready and had the skills (occupied 28.6 %, idle 1.0 s, skill sum 8; next eve: occupied 50.0 %,")]
    [InlineData("fewest-calls", 4L, "bob was the one with the fewest calls of 3 agents who were ready and had the skills (4 calls this shift, idle 1.0 s")]
    [InlineData("round-robin", 0L, "bob was the next after alice of 3 agents")]
    [InlineData("ring-order", 2L, "bob was the first in the list of 3 agents who were ready and had the skills (place 2,")]
    [InlineData("weighted-random", 5L, "bob was drawn by lot (number 3 of 10), of 3 agents who were ready and had the skills (weight 5,")]
    public void Each_strategy_says_what_it_compared(string rule, long value, string expected)
    {
        WhyRecord why = new()
        {
            Trigger = "call-arrived",
            Rule = rule,
            ConfigurationVersion = 1,
            WaitedMs = 0,
            PoolSize = 3,
            Agents = [new AgentCandidate(AgentId.Of("bob"), 1_000, 8, value), new AgentCandidate(AgentId.Of("eve"), 2_000, 5, 500_000)],
            After = AgentId.Of("alice"),
            Draw = new WhyDraw(3, 10),
        };

        Assert.StartsWith("The call came in. " + expected, WhyText.Of(why), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("priority", 0, "(queue q, priority 10, weight 2, waited 1.0 s; next c2: queue r, priority 0, waited 9.0 s).")]
    [InlineData("priority-with-ageing", 31_000, "(queue q, priority 10, aged wait 31.0 s, weight 2, waited 1.0 s; next c2: queue r, priority 0, aged wait 3.0 s, waited 9.0 s).")]
    [InlineData("deadline", -1_500, "(queue q, priority 10, deadline missed by 1.5 s, weight 2, waited 1.0 s; next c2: queue r, priority 0, deadline in 3.0 s, waited 9.0 s).")]
    [InlineData("deadline-with-ageing", 0, "(queue q, priority 10, aged deadline in 0.0 s, weight 2, waited 1.0 s; next c2: queue r, priority 0, aged deadline in 3.0 s, waited 9.0 s).")]
    public void Each_order_says_what_it_compared(string rule, long value, string expected)
    {
        WhyRecord why = new()
        {
            Trigger = "reserve-released",
            Rule = rule,
            ConfigurationVersion = 1,
            WaitedMs = 1_000,
            PoolSize = 2,
            Calls =
            [
                new CallCandidate(CallId.Of("c1"), QueueId.Of("q"), 10, 1_000, false, value, 2),
                new CallCandidate(CallId.Of("c2"), QueueId.Of("r"), 0, 9_000, false, rule == "priority" ? 0 : 3_000),
            ],
            Excluded = [new Exclusion("c0", "reserved")],
        };

        string text = "A reserve has more ready agents than it keeps. This call was first of 2 that the agent may serve " + expected + " c0 was passed over: reserved.";
        Assert.Equal(text, WhyText.Of(why));
    }
}
