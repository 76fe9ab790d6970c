using Routing.Contracts.Views;
using Xunit;
using Xunit.Abstractions;

namespace Routing.Grains.Tests.Queueing;

/// <summary>
/// The domain is a queue as the theory knows it: waits, service level and abandonment of simulated traffic lie within the confidence interval around Erlang C and Erlang A, from one
/// agent to a thousand; and every single caller waits to the millisecond as long as in a line served in order. A router that leaves agents idle while callers wait, lets one overtake
/// or loses some, differs.
/// </summary>
public sealed class QueueingTheory(ITestOutputHelper output)
{
    private const double TalkMs = 180_000;
    private const int Batches = 20;

    /// <summary>Student's t for 19 degrees of freedom, 99.99 % two-sided: thirty-two figures are compared.</summary>
    private const double StudentT = 4.897;

    /// <summary>Times are whole milliseconds and the line is cut off: what the theory's figure itself may be off by.</summary>
    private const double Slack = 1e-4;

    [Theory]
    [InlineData(1, 0.6, 40_000)]
    [InlineData(10, 8, 60_000)]
    [InlineData(100, 92, 100_000)]
    [InlineData(1000, 960, 200_000, 500)]
    public void Patient_callers_wait_as_Erlang_C_says(int agents, double load, int calls, int serviceLevelMs = 20_000) =>
        Compare(new QueueModel(agents, load, TalkMs, null, serviceLevelMs), calls);

    [Theory]
    [InlineData(1, 1.2, 30_000)]
    [InlineData(10, 11, 40_000)]
    [InlineData(100, 105, 80_000)]
    [InlineData(1000, 1010, 200_000, 2_000)]
    public void Impatient_callers_wait_and_leave_as_Erlang_A_says(int agents, double load, int calls, int serviceLevelMs = 20_000) =>
        Compare(new QueueModel(agents, load, TalkMs, TalkMs / 2, serviceLevelMs), calls);

    [Theory]
    [InlineData(1, 0.5, 0.5)]
    [InlineData(10, 8, 0.40918)]
    [InlineData(100, 90, 0.21692)]
    public void The_theory_agrees_with_the_published_tables_of_Erlang_C(int agents, double load, double mustWait)
    {
        QueueFigures figures = new QueueModel(agents, load, TalkMs, null, 20_000).Expect();
        double drainPerMs = (agents - load) / TalkMs;

        Assert.Equal(mustWait, figures.MustWait, 4);
        Assert.Equal(mustWait / drainPerMs, figures.WaitMs, figures.WaitMs * 1e-3);
        Assert.Equal(1 - (mustWait * Math.Exp(-drainPerMs * 20_000)), figures.ServiceLevel, 4);
    }

    private void Compare(QueueModel model, int calls)
    {
        // The first callers meet an empty system: they are left out, five talk times of them.
        int warmUp = (int)(5 * model.Load);
        QueueRun run = new(model, calls + warmUp, seed: 20_261_122);
        IReadOnlyList<TheoryCall> all = run.Run();
        Assert.Equal(TheoryCall.ServeInOrder(model.Agents, all), all.Select(call => call.AnsweredMs));

        List<TheoryCall[]> batches = [.. all.Skip(warmUp).Chunk(calls / Batches)];
        QueueFigures expected = model.Expect();

        Check("must wait", expected.MustWait, batches, call => call.WaitMs > 0 ? 1 : 0);
        Check("mean wait, s", expected.WaitMs / 1000, batches, call => call.WaitMs / 1000.0);
        Check("service level", expected.ServiceLevel, batches, call => call.AnsweredMs is not null && call.WaitMs <= model.ServiceLevelMs ? 1 : 0);
        Check("abandoned", expected.Abandoned, batches, call => call.LeftMs is null ? 0 : 1);
        CheckCounters(run.View, all);
    }

    private void Check(string figure, double expected, List<TheoryCall[]> batches, Func<TheoryCall, double> value)
    {
        double[] means = [.. batches.Select(batch => batch.Average(value))];
        double mean = means.Average();
        double deviation = Math.Sqrt(means.Sum(batch => (batch - mean) * (batch - mean)) / (Batches - 1));
        double half = (StudentT * deviation / Math.Sqrt(Batches)) + Slack;
        output.WriteLine($"{figure}: theory {expected:F4}, simulated {mean:F4} ± {half:F4}");

        Assert.InRange(mean, expected - half, expected + half);
    }

    /// <summary>The queue's own counters tell the same story.</summary>
    private static void CheckCounters(QueueView view, IReadOnlyList<TheoryCall> calls)
    {
        Assert.Equal(calls.Count, view.Offered);
        Assert.Equal(calls.Count(call => call.AnsweredMs is not null), view.AnsweredAll);
        Assert.Equal(calls.Count(call => call.LeftMs is not null), view.Abandoned);
        Assert.Equal(calls.Count(call => call.AnsweredMs is not null && call.WaitMs <= view.ServiceLevelMs), view.AnsweredWithinServiceLevel);
        Assert.Equal(calls.Where(call => call.AnsweredMs is not null).Sum(call => call.WaitMs), view.AnsweredWaitMs);
    }
}
