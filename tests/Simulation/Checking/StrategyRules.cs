using System.Numerics;
using Routing.Contracts.Configuration;
using Routing.Contracts.Events;
using Routing.Contracts.Ids;
using Routing.Contracts.Views;

namespace Routing.Simulation.Checking;

/// <summary>The strategies by their definitions in the contracts, each as a comparison of two agents; lots are drawn again.</summary>
internal static class StrategyRules
{
    /// <summary>Whether the queue rings one before the other.</summary>
    public static bool IsPreferred(Mirror mirror, QueueConfiguration queue, RingNeeds needs, AgentModel one, AgentModel other)
    {
        long a = Measure(mirror, queue, needs, one);
        long b = Measure(mirror, queue, needs, other);
        if (a != b)
        {
            return a < b;
        }

        long idleA = one.View!.IdleSinceMs;
        long idleB = other.View!.IdleSinceMs;
        return idleA != idleB ? idleA < idleB : one.Id < other.Id;
    }

    /// <summary>What the why-record gives as the measure of the agent.</summary>
    public static long Value(Mirror mirror, QueueConfiguration queue, RingNeeds needs, AgentModel agent, long nowMs) => queue.Strategy switch
    {
        AgentStrategy.LongestIdle => nowMs - agent.View!.IdleSinceMs,
        AgentStrategy.MostSkilled or AgentStrategy.LeastSkilledThatFits => needs.SkillSum(agent),
        AgentStrategy.LeastOccupied => agent.Shift.RankedPpm,
        AgentStrategy.FewestCalls => agent.Shift.Answered,
        AgentStrategy.RingOrder => PlaceInList(mirror, agent.Id) + 1,
        AgentStrategy.WeightedRandom => agent.Configuration?.Weight ?? 0,
        _ => 0,
    };

    public static string NameOf(AgentStrategy strategy) => strategy switch
    {
        AgentStrategy.LongestIdle => "longest-idle",
        AgentStrategy.MostSkilled => "most-skilled",
        AgentStrategy.LeastSkilledThatFits => "least-skilled-that-fits",
        AgentStrategy.LeastOccupied => "least-occupied",
        AgentStrategy.FewestCalls => "fewest-calls",
        AgentStrategy.RoundRobin => "round-robin",
        AgentStrategy.RingOrder => "ring-order",
        _ => "weighted-random",
    };

    /// <summary>Draws the lot of a decision again, over everybody who was ready then, in the order of their ids.</summary>
    /// <param name="mirror">As of the end of the turn.</param>
    /// <param name="turn">The turn.</param>
    /// <param name="made">The decision, and those that came after it in the turn: their agents were ready too.</param>
    /// <param name="call">Whose.</param>
    /// <param name="moment">Who was ready.</param>
    public static void CheckDraw(Mirror mirror, CommittedTurn turn, ReadOnlySpan<OfferMade> made, CallModel call, DecisionMoment moment)
    {
        var pool = new SortedDictionary<AgentId, AgentModel>();
        foreach (AgentModel agent in mirror.Agents.Values)
        {
            if (agent.State == AgentState.Ready && mirror.Fits(agent, call))
            {
                pool.Add(agent.Id, agent);
            }
        }

        foreach (OfferMade offer in made)
        {
            AgentModel agent = mirror.Agents[offer.Agent];
            if (mirror.Fits(agent, call))
            {
                pool.TryAdd(agent.Id, agent);
            }
        }

        if (IsUncertain(turn, pool, call))
        {
            return;
        }

        for (int aside = 0; pool.Count > 0; aside++)
        {
            long of = pool.Values.Sum(agent => (long)agent.Configuration!.Weight);
            long number = Draw(turn.Input.Random, call.Seen.OrderNumber, made[0].Offer.Number, aside, of);
            AgentModel drawn = Holder(pool, number);
            if (call.IsCooling(drawn.Id, turn.NowMs) || ReserveRules.Keeps(mirror, drawn, call, moment.WasReady))
            {
                pool.Remove(drawn.Id);
                continue;
            }

            if (drawn.Id != made[0].Agent || made[0].Why.Draw != new WhyDraw(number, of))
            {
                throw new CheckFailure("strategy", $"{made[0].Offer} went to {made[0].Agent} with {made[0].Why.Draw}; number {number} of {of} is that of {drawn.Id}");
            }

            return;
        }
    }

    /// <summary>
    /// Phones that ran out by the clock and cool-offs that are over by it count until their timers fire. A decision of this very turn may have found out that an agent's
    /// phones ran out: the lots before it were drawn with that agent.
    /// </summary>
    private static bool IsUncertain(CommittedTurn turn, SortedDictionary<AgentId, AgentModel> pool, CallModel call)
    {
        bool coolOffs = !turn.TimersDone && call.CoolOffUntilMs.Values.Any(untilMs => untilMs <= turn.NowMs);
        bool loggedOut = turn.Result.Events.OfType<AgentChanged>().Any(static changed => changed.Agent.State == AgentState.LoggedOut);
        return coolOffs || loggedOut || pool.Values.Any(agent => !agent.HasPhone(turn.NowMs));
    }

    private static AgentModel Holder(SortedDictionary<AgentId, AgentModel> pool, long number)
    {
        foreach (AgentModel agent in pool.Values)
        {
            number -= agent.Configuration!.Weight;
            if (number < 0)
            {
                return agent;
            }
        }

        throw new CheckFailure("strategy", $"nobody has the number, {number} too high");
    }

    private static long Draw(ulong random, long callNumber, int offerNumber, int aside, long of)
    {
        BigInteger x = random;
        foreach (long part in new[] { callNumber, offerNumber, aside })
        {
            x = Modulo(x + (new BigInteger(0x9E3779B97F4A7C15) * part));
            x = Modulo((x ^ (x >> 30)) * 0xBF58476D1CE4E5B9);
            x = Modulo((x ^ (x >> 27)) * 0x94D049BB133111EB);
            x ^= x >> 31;
        }

        return (long)((x * of) >> 64);
    }

    private static BigInteger Modulo(BigInteger x) => x & ulong.MaxValue;

    /// <summary>Smaller is better; before idle time and id.</summary>
    private static long Measure(Mirror mirror, QueueConfiguration queue, RingNeeds needs, AgentModel agent) => queue.Strategy switch
    {
        AgentStrategy.MostSkilled => -needs.SkillSum(agent),
        AgentStrategy.LeastSkilledThatFits => needs.SkillSum(agent),
        AgentStrategy.LeastOccupied => agent.Shift.RankedPpm,
        AgentStrategy.FewestCalls => agent.Shift.Answered,
        AgentStrategy.RingOrder => PlaceInList(mirror, agent.Id),
        AgentStrategy.RoundRobin => StepsAfter(mirror, mirror.Queues[queue.Id].LastRung, agent.Id),
        _ => 0,
    };

    private static long PlaceInList(Mirror mirror, AgentId agent)
    {
        IReadOnlyList<AgentConfiguration> agents = mirror.Configuration!.Agents;
        for (int i = 0; i < agents.Count; i++)
        {
            if (agents[i].Id == agent)
            {
                return i;
            }
        }

        return long.MaxValue;
    }

    /// <summary>How many ids come before the agent's on the way round from the one after the last.</summary>
    private static long StepsAfter(Mirror mirror, AgentId? last, AgentId agent)
    {
        if (last is not { } from)
        {
            return mirror.Configuration!.Agents.Count(other => other.Id < agent);
        }

        long between = mirror.Configuration!.Agents.Count(other => other.Id > from && other.Id < agent);
        return agent > from ? between : mirror.Configuration.Agents.Count(other => other.Id > from || other.Id < agent);
    }
}
