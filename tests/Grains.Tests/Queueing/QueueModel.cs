namespace Routing.Grains.Tests.Queueing;

/// <summary>
/// M/M/n, with patience M/M/n+M: Poisson arrivals, exponential talk times, n agents, one line; with patience also exponential times after which a waiting caller hangs up.
/// Erlang C and Erlang A (A. K. Erlang 1917; C. Palm 1946; Garnett, Mandelbaum and Reiman, "Designing a Call Center with Impatient Customers", 2002).
/// Times in milliseconds.
/// </summary>
/// <param name="Agents">n.</param>
/// <param name="Load">Offered load in Erlangs: arrival rate × mean talk time.</param>
/// <param name="TalkMs">Mean talk time.</param>
/// <param name="PatienceMs">Mean patience; null: everybody waits.</param>
/// <param name="ServiceLevelMs">T of the service level.</param>
internal sealed record QueueModel(int Agents, double Load, double TalkMs, double? PatienceMs, int ServiceLevelMs)
{
    /// <summary>Lengths of the line that are computed: what lies beyond has less than 1e-12 of the probability in the tested cases.</summary>
    private const int LineLimitCalls = 4_000;

    private const double StepMs = 20;

    public double ArrivalsPerMs => Load / TalkMs;

    /// <summary>What the theory expects.</summary>
    public QueueFigures Expect()
    {
        double[] line = LineDistribution(out double freeShare);
        double waiting = 0;
        for (int calls = 0; calls < line.Length; calls++)
        {
            waiting += calls * line[calls];
        }

        double served = freeShare;
        double[] inTime = ServedWithin(line);
        for (int calls = 0; calls < line.Length; calls++)
        {
            served += line[calls] * inTime[calls];
        }

        // Little's law: calls in line = arrival rate × mean wait of all who came.
        double abandoned = PatienceMs is { } patience ? waiting / patience / ArrivalsPerMs : 0;
        return new QueueFigures(1 - freeShare, waiting / ArrivalsPerMs, abandoned, served);
    }

    /// <summary>P(all agents busy and k calls in line), k from 0; and P(an agent is free), by the balance of the birth and death chain, scaled against overflow.</summary>
    private double[] LineDistribution(out double freeShare)
    {
        double busyWeight = 1;
        double freeWeight = 0;
        for (int busy = Agents; busy > 0; busy--)
        {
            busyWeight *= busy / Load;
            freeWeight += busyWeight;
        }

        double[] line = new double[LineLimitCalls];
        double lineWeight = 0;
        double weight = 1;
        for (int calls = 0; calls < line.Length; calls++)
        {
            line[calls] = weight;
            lineWeight += weight;
            weight *= ArrivalsPerMs / DepartureRate(calls + 1);
        }

        double all = freeWeight + lineWeight;
        freeShare = freeWeight / all;
        return [.. line.Select(share => share / all)];
    }

    /// <summary>Of the agents together, and of those in line who lose patience: per millisecond, with so many in line.</summary>
    private double DepartureRate(int calls) => (Agents / TalkMs) + (PatienceMs is { } patience ? calls / patience : 0);

    /// <summary>
    /// P(served within the time | k calls in line before it), by integrating the death chain of those before it: with j before it, one of them leaves at the rate of all departures
    /// but its own impatience.
    /// </summary>
    private double[] ServedWithin(double[] line)
    {
        int length = Array.FindLastIndex(line, share => share > 1e-12) + 1;
        double loss = PatienceMs is { } patience ? 1 / patience : 0;
        double[] served = new double[line.Length];
        double[] next = new double[line.Length];
        int steps = (int)Math.Ceiling(ServiceLevelMs / StepMs);
        double step = (double)ServiceLevelMs / steps;
        for (int i = 0; i < steps; i++)
        {
            for (int before = 0; before < length; before++)
            {
                // Exact within the step for a constant neighbour, averaged over the step: second order.
                double rate = DepartureRate(before) + loss;
                double target = before == 0 ? 1 : (served[before - 1] + next[before - 1]) / 2;
                double decay = Math.Exp(-rate * step);
                next[before] = (served[before] * decay) + (DepartureRate(before) / rate * target * (1 - decay));
            }

            (served, next) = (next, served);
        }

        return served;
    }
}
