using System.Globalization;
using Routing.Contracts.Explanations;
using Routing.Contracts.Ids;

namespace Routing.Micro.Decisions;

/// <summary>
/// What an explanation takes of the domain's time between two commits: of calls that wait while every agent is busy, of agents, and of a call for which everybody could be asked and nobody
/// is logged in, where the reasons of all agents are counted.
/// </summary>
internal static class ExplanationBenchmark
{
    private const int Questions = 20_000;
    private const int WarmUps = 2_000;

    public static void Run(int agents)
    {
        DecisionDomain domain = new(agents);
        for (int call = 0; call < 2 * agents; call++)
        {
            domain.Arrive(domain.NextQueue());
        }

        domain.AnswerAll();
        List<CallId> waiting = [.. domain.Waiting()];
        Measure(agents, $"call, {waiting.Count} wait", i => domain.Explain(new CallQuestion(waiting[i * 7919 % waiting.Count])));
        Measure(agents, "agent", i => domain.Explain(new AgentQuestion(domain.Agents[i * 7919 % agents].Id)));

        DecisionDomain away = new(agents, isAway: true);
        away.Arrive(0);
        CallId first = away.Waiting().First();
        Measure(agents, "call, all agents logged out", _ => away.Explain(new CallQuestion(first)));
    }

    private static void Measure(int agents, string what, Func<int, Explanation?> ask)
    {
        for (int i = 0; i < WarmUps; i++)
        {
            ask(i);
        }

        double[] times = new double[Questions];
        long bytesBefore = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < Questions; i++)
        {
            long start = TimeProvider.System.GetTimestamp();
            ask(i);
            times[i] = TimeProvider.System.GetElapsedTime(start).TotalMicroseconds;
        }

        long bytes = (GC.GetAllocatedBytesForCurrentThread() - bytesBefore) / Questions;
        Array.Sort(times);
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{agents} agents, {what}: median {times[Questions / 2]:0.0} µs, p99 {times[Questions * 99 / 100]:0.0} µs, longest {times[^1]:0} µs, {bytes} bytes"));
    }
}
