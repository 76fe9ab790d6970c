using System.Globalization;
using Routing.Contracts.Commands;
using Routing.Contracts.Engine;
using Routing.Contracts.Ids;

namespace Routing.Micro.Decisions;

/// <summary>
/// Turns that decide, one by one, at rising sizes: n agents of 200 skills, first all free, then all talking while n calls wait. Each is timed alone and made good before the next, so that all
/// meet the same domain; the median says what a turn costs, also on a machine that has other work. Beside them, in the same run, the choice alone as others make it: by looking at all agents
/// (or calls), and by queries of a database in memory, as they have them and with the indexes that a careful engineer would add; none of these writes a record, an event or a row to be stored.
/// </summary>
internal static class DecisionBenchmark
{
    private const int WarmUps = 3_000;
    private const int Turns = 3_000;
    private const int Queries = 40;
    private const int WarmUpAgents = 500;
    private const int WarmUpRounds = 3;

    /// <summary>Runs everything once before anything counts: what the compiler has not yet optimised is slower by half.</summary>
    public static void WarmUp()
    {
        for (int i = 0; i < WarmUpRounds; i++)
        {
            Measure(WarmUpAgents, static (_, _, _, _) => { });
        }
    }

    public static void Run(int agents) => Measure(agents, (kind, sorted, bytes, candidates) => Console.WriteLine(string.Create(
        CultureInfo.InvariantCulture,
        $"{agents,7} {kind,-42} median {sorted[sorted.Length / 2],10:F1} us, p90 {sorted[sorted.Length * 9 / 10],10:F1} us, {bytes,6} bytes, {candidates:F1} candidates, {sorted.Length} turns")));

    private static void Measure(int agents, Report report)
    {
        DecisionDomain domain = new(agents);
        Measure(report, "call arrives, takes an agent", () => Offered(domain, domain.Arrive(domain.NextQueue())), () => Free(domain));
        Measure(report, "ring widens, call takes an agent", () => Widen(domain), () => Free(domain));
        domain.Fill();
        AgentId freed = default;
        Measure(report, "agent hangs up, takes a call", () => HangUp(domain, out freed), () => Refill(domain, freed));
        Measure(report, "agent becomes ready, takes a call", () => BecomeReady(domain, out freed), () => Refill(domain, freed));
        int spare = 0;
        Measure(report, "agent becomes ready, no call is for them", () => BecomeReadyInVain(domain, domain.Spares[spare++ % domain.Spares.Count].Id), static () => { });
        Measure(report, "call arrives, has to wait", () => Waits(domain), domain.LeaveLast);
        MeasureOthers(domain, report);
    }

    private static TurnMeasure? Offered(DecisionDomain domain, TurnResult turn) => turn.Effects.Count > 0 && domain.Ringing.Count > 0 ? domain.Last : null;

    private static TurnMeasure? Widen(DecisionDomain domain)
    {
        domain.ArriveToWiden(domain.NextQueue());
        return Offered(domain, domain.FireTimer());
    }

    private static TurnMeasure? HangUp(DecisionDomain domain, out AgentId agent)
    {
        agent = domain.NextToEnd();
        return Offered(domain, domain.EndConversation());
    }

    private static TurnMeasure? BecomeReady(DecisionDomain domain, out AgentId agent)
    {
        agent = domain.NextToEnd();
        domain.Set(agent, AgentMode.NotReady);
        domain.EndConversation();
        return Offered(domain, domain.Set(agent, AgentMode.Ready));
    }

    private static TurnMeasure? BecomeReadyInVain(DecisionDomain domain, AgentId agent)
    {
        domain.Set(agent, AgentMode.NotReady);
        domain.Set(agent, AgentMode.Ready);
        return domain.Ringing.Count == 0 ? domain.Last : null;
    }

    private static TurnMeasure? Waits(DecisionDomain domain)
    {
        domain.Arrive(domain.NextQueue());
        return domain.Ringing.Count == 0 ? domain.Last : null;
    }

    private static void Free(DecisionDomain domain)
    {
        domain.AnswerAll();
        while (domain.Talking.Count > 0)
        {
            domain.EndConversation();
        }
    }

    /// <summary>Who was freed talks again, and who left the line is replaced.</summary>
    private static void Refill(DecisionDomain domain, AgentId freed)
    {
        domain.Arrive(domain.Ringing.Count > 0 ? domain.NextQueue() : domain.QueueOf(freed));
        domain.AnswerAll();
    }

    /// <param name="report">What to do with it.</param>
    /// <param name="kind">Of turn.</param>
    /// <param name="decide">Runs it; null when it was not of the kind.</param>
    /// <param name="restore">Makes it good.</param>
    private static void Measure(Report report, string kind, Func<TurnMeasure?> decide, Action restore)
    {
        List<TurnMeasure> measured = [];
        for (int i = 0; i < WarmUps + Turns; i++)
        {
            if (decide() is { } turn && i >= WarmUps)
            {
                measured.Add(turn);
            }

            restore();
        }

        report(kind, [.. measured.Select(static turn => turn.Microseconds).Order()], (long)measured.Average(static turn => turn.Bytes), measured.Average(static turn => turn.Candidates));
    }

    private static void MeasureOthers(DecisionDomain domain, Report report)
    {
        int agents = domain.Agents.Count;
        int[] queues = [.. Enumerable.Range(0, agents).Select(_ => domain.NextQueue())];
        ScanningRouter scan = new(domain.Agents, queues);
        Time(report, "scan: call takes an agent", i => scan.ChooseAgent(queues[i % agents]));
        Time(report, "scan: agent takes a call", i => scan.ChooseCall(i * 7919 % agents));
        using SqlRouter sql = new(domain.Agents, queues);
        Time(report, "SQL: call takes an agent", i => sql.ChooseAgent(queues[i % agents]));
        Time(report, "SQL: agent takes a call", i => sql.ChooseCall(i * 7919 % agents));
        sql.AddIndexes();
        Time(report, "SQL, indexed: call takes an agent", i => sql.ChooseAgent(queues[i % agents]));
        Time(report, "SQL, indexed: agent takes a call", i => sql.ChooseCall(i * 7919 % agents));
    }

    private static void Time(Report report, string kind, Func<int, long> choose)
    {
        double[] times = new double[Queries];
        for (int i = 0; i < Queries; i++)
        {
            long started = TimeProvider.System.GetTimestamp();
            choose(i);
            times[i] = TimeProvider.System.GetElapsedTime(started).TotalMicroseconds;
        }

        Array.Sort(times);
        report(kind, times, 0, 0);
    }

    private delegate void Report(string kind, double[] sortedUs, long bytes, double candidates);
}
