using System.Text.Json;
using Routing.Silo.Commands;
using Xunit;

namespace Routing.Silo.Tests.Commands;

public sealed class DecisionTextTests
{
    [Theory]
    [InlineData("longest-idle", 12_300, ", ranked by the idle time")]
    [InlineData("most-skilled", 13, ", ranked by that sum")]
    [InlineData("least-occupied", 123_400, ", ranked by the occupancy 12.34 %")]
    [InlineData("fewest-calls", 4, ", ranked by the calls of the shift 4")]
    [InlineData("ring-order", 2, ", ranked by the place in the list 2")]
    [InlineData("weighted-random", 3, ", drawn with the weight 3")]
    [InlineData("round-robin", 0, ", ranked by the id")]
    [InlineData("preferred-agent", 0, "")]
    public void What_agents_were_ranked_by_has_a_name_and_a_unit(string rule, long value, string expected) => Assert.Equal(expected, DecisionText.AgentMeasure(rule, value));

    [Theory]
    [InlineData("priority", 0, "")]
    [InlineData("priority-with-ageing", 61_500, ", wait and priority together worth a wait of 61.5 s")]
    [InlineData("deadline", 4_000, ", 4.0 s left to the deadline")]
    [InlineData("deadline", -1_250, ", 1.25 s past the deadline")]
    [InlineData("deadline-with-ageing", -30_000, ", with the priority counted in 30.0 s past the deadline")]
    public void What_calls_were_compared_by_has_a_name_and_a_unit(string rule, long value, string expected) => Assert.Equal(expected, DecisionText.CallMeasure(rule, value));

    [Fact]
    public void A_decision_among_calls_is_told_with_units()
    {
        using JsonDocument offer = JsonDocument.Parse("""
            {"number":2,"agent":"bob","queue":"support","offered":"2026-11-22T09:00:00Z","result":"answered","why":{"text":"It came first.","rule":"deadline","trigger":"agent-ready","poolSize":4,
             "configurationVersion":7,"agents":[],"calls":[{"call":"c-1","queue":"support","priority":5,"waitedMs":12300,"ringing":true,"value":-500,"weight":3}],
             "excluded":[{"who":"c-2","reason":"cool-off"}],"excludedCount":1}}
            """);
        using StringWriter output = new() { NewLine = "\n" };

        DecisionText.Write(output, "c-1", offer.RootElement);

        Assert.Contains("  candidate c-1: queue support, priority 5, waited 12.3 s, 0.5 s past the deadline, weight of the queue 3, rings somebody already\n", output.ToString(), StringComparison.Ordinal);
        Assert.Contains("  passed over c-2: cool-off\n", output.ToString(), StringComparison.Ordinal);
    }
}
