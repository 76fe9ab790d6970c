using System.Runtime.CompilerServices;
using Routing.Contracts.Explanations;
using Routing.Contracts.Ids;
using Routing.Contracts.Views;
using Routing.Simulation.Running;

namespace Routing.Simulation.Checking;

/// <summary>
/// "Why is this call still waiting" and "why is this agent idle", asked of a few calls and agents between two commits, against a count of the checker's own: the figures are those of
/// the committed state, the verdict follows from them, and nobody is said to be free to take what waits. A few, since each is compared with all calls and agents.
/// </summary>
internal static class ExplanationRules
{
    private const int AskedCalls = 4;
    private const int AskedAgents = 3;

    public static void Check(Mirror mirror, Func<Question, Explanation?> ask, SimRandom random)
    {
        foreach (CallModel call in Some(mirror.Calls, AskedCalls, random))
        {
            CheckCall(mirror, call, ask(new CallQuestion(call.Id)) as CallExplanation ?? throw Wrong($"{call.Id} lives and is not known"));
        }

        foreach (AgentModel agent in Some(mirror.Agents, AskedAgents, random))
        {
            CheckAgent(mirror, agent, ask(new AgentQuestion(agent.Id)) as AgentExplanation ?? throw Wrong($"{agent.Id} is there and is not known"));
        }

        foreach (CallId ended in mirror.Ended.Keys.Take(1))
        {
            Require(ask(new CallQuestion(ended)) is null, $"{ended} ended and is explained");
        }
    }

    /// <summary>Neighbours, from a random one on.</summary>
    private static IEnumerable<T> Some<TKey, T>(Dictionary<TKey, T> all, int count, SimRandom random)
        where TKey : notnull => all.Values.Skip(all.Count > count ? random.Below(all.Count - count + 1) : 0).Take(count);

    private static void CheckCall(Mirror mirror, CallModel call, CallExplanation why)
    {
        Require(IsSame(why.Call, call.Seen), $"{call.Id} is {call.Seen}, explained as {why.Call}");
        Require(call.Seen.State != CallState.Talking || why.Reason == CallExplanation.Talking, $"{call.Id} talks, explained as {why.Reason}");
        Require(call.Seen.State != CallState.Announcing || why.Reason == CallExplanation.Announcing, $"{call.Id} hears an announcement, explained as {why.Reason}");
        Require(call.Seen is not { State: CallState.Waiting, SuspendedMs: not null } || why.Reason == CallExplanation.Suspended, $"{call.Id} is suspended, explained as {why.Reason}");
        if (call.Seen is not { State: CallState.Waiting, SuspendedMs: null })
        {
            return;
        }

        List<AgentModel> able = [.. mirror.Agents.Values.Where(agent => agent.Configuration is not null && mirror.Fits(agent, call))];
        Require(why.CouldServe == able.Count, $"{able.Count} agents have what {call.Id} needs, {why.CouldServe} are said to");
        Require(!why.Agents.Any(group => group.Reason == CallExplanation.Free), $"{call.Id} waits, and somebody is said to be free to take it");
        Require(why.ReadyAsked < why.Ready || why.Agents.Sum(group => group.Count) == able.Count, $"the groups of {call.Id} add up to {why.Agents.Sum(group => group.Count)} of {able.Count}");
        foreach (AgentState state in Enum.GetValues<AgentState>())
        {
            int count = able.Count(agent => agent.State == state);
            int said = state == AgentState.Ready ? why.Ready : why.Agents.Where(group => group.Reason == Word(state)).Sum(group => group.Count);
            Require(count == said, $"{count} agents for {call.Id} are {state}, {said} are said to be");
        }

        string verdict = Verdict(call, able);
        Require(why.Reason == verdict, $"{call.Id} waits: {verdict}, explained as {why.Reason}");
        CheckPlace(mirror, call, why);
    }

    /// <summary>Held calls stand in no line of all, and a call that rings stands in one while it may ring more: then the place is not told from outside.</summary>
    private static void CheckPlace(Mirror mirror, CallModel call, CallExplanation why)
    {
        if (mirror.Calls.Values.Any(other => other.Seen.State == CallState.Ringing || other.Seen.HoldUntilMs is not null))
        {
            return;
        }

        List<CallModel> others = [.. mirror.Calls.Values.Where(other => other.Id != call.Id && other.Seen is { State: CallState.Waiting, SuspendedMs: null })];
        int surelyBefore = others.Count(other => OrderRules.ComesBefore(mirror, other, call, mirror.NowMs));
        int perhapsBefore = others.Count(other => !OrderRules.ComesBefore(mirror, call, other, mirror.NowMs));
        Require(why.WaitingInDomain == others.Count + 1, $"{others.Count + 1} calls wait, {why.WaitingInDomain} are said to");
        Require(
            why.AheadInDomain >= surelyBefore && why.AheadInDomain <= perhapsBefore && why.Ahead <= why.AheadInDomain && why.Ahead < why.InLine,
            $"{surelyBefore} to {perhapsBefore} calls come before {call.Id}, {why.AheadInDomain} are said to, {why.Ahead} of {why.InLine} in its line");
    }

    private static void CheckAgent(Mirror mirror, AgentModel agent, AgentExplanation why)
    {
        Require(why.Defect is null, $"{agent.Id} {why.Defect}");
        Require(why.Agent.State == agent.State, $"{agent.Id} is {agent.State}, explained as {why.Agent.State}");
        Require(!why.Lines.Any(line => line.Reason == AgentExplanation.Free), $"{agent.Id} is said to be free to take a call that waits");
        if (agent.State != AgentState.Ready)
        {
            Require(why.Reason == Word(agent.State), $"{agent.Id} is {agent.State}, explained as {why.Reason}");
            return;
        }

        if (mirror.Calls.Values.Any(call => call.Seen.State == CallState.Ringing || call.Seen.HoldUntilMs is not null))
        {
            return;
        }

        List<CallModel> waiting = [.. mirror.Calls.Values.Where(call => call.Seen is { State: CallState.Waiting, SuspendedMs: null })];
        int within = waiting.Count(call => mirror.Fits(agent, call));
        string verdict = waiting.Count == 0 ? AgentExplanation.NothingWaits : within > 0 ? AgentExplanation.PassedOver : AgentExplanation.LacksTheNeeds;
        Require(
            why.Reason == verdict && why.WaitingInDomain == waiting.Count && why.WaitingWithinReach == within,
            $"{agent.Id} is ready, {waiting.Count} calls wait and {within} are within reach: {verdict}, explained as {why}");
    }

    /// <summary>Lists are compared by what is in them.</summary>
    public static bool IsSame(CallView one, CallView? other) =>
        other is not null && one with { Seeks = null } == other with { Seeks = null } && (one.Seeks ?? []).SequenceEqual(other.Seeks ?? []);

    private static string Verdict(CallModel call, List<AgentModel> able)
    {
        if (call.Seen.HoldUntilMs is not null)
        {
            return CallExplanation.Held;
        }

        if (able.Exists(agent => agent.State == AgentState.Ready))
        {
            return CallExplanation.PassedOver;
        }

        return able.Count == 0 ? CallExplanation.NobodyHasTheNeeds
            : able.TrueForAll(agent => agent.State == AgentState.LoggedOut) ? CallExplanation.NobodyLoggedIn
            : able.TrueForAll(agent => agent.State is AgentState.LoggedOut or AgentState.NotReady) ? CallExplanation.NobodyReady
            : CallExplanation.AllBusy;
    }

    private static string Word(AgentState state) => state switch
    {
        AgentState.LoggedOut => "logged-out",
        AgentState.NotReady => "not-ready",
        AgentState.Offered => "offered",
        AgentState.Talking => "talking",
        AgentState.WrapUp => "wrap-up",
        _ => "ready",
    };

    private static void Require(bool holds, [InterpolatedStringHandlerArgument(nameof(holds))] FailureMessage message)
    {
        if (!holds)
        {
            throw Wrong(message.Take());
        }
    }

    private static CheckFailure Wrong(string message) => new("explanation", message);
}
