using Routing.Contracts.Commands;
using Routing.Contracts.Ids;

namespace Routing.Simulation.Checking;

/// <summary>Names what a command met: which command, in which state of its call or agent. Shows whether the workload reaches every corner.</summary>
internal static class Coverage
{
    public static string StateMet(Mirror mirror, Command command) => command switch
    {
        CallArrived arrived => OfCall(mirror, arrived.Call),
        CallerLeft left => $"{left.Cause}, {OfCall(mirror, left.Call)}",
        LegChanged leg => OfCall(mirror, leg.Call),
        OfferRinging ringing => OfOffer(mirror, ringing.Offer),
        OfferAnswered answered => OfOffer(mirror, answered.Offer),
        OfferFailed failed => $"{failed.Failure}, {OfOffer(mirror, failed.Offer)}",
        AgentLegEnded ended => $"{ended.Cause}, {OfCall(mirror, ended.Offer.Call)}",
        RegisterPhone register => OfAgent(mirror, register.Agent),
        SetAgentState set => $"{set.Mode}, {OfAgent(mirror, set.Agent)}",
        TimerDue timer => timer.Name,
        PeerSaid said => said.Message.GetType().Name,
        _ => string.Empty,
    };

    private static string OfCall(Mirror mirror, CallId id) =>
        mirror.Calls.TryGetValue(id, out CallModel? call) ? $"{call.View?.State}" : mirror.Ended.ContainsKey(id) ? "Ended" : "unknown";

    private static string OfOffer(Mirror mirror, OfferId id) => mirror.Offers.ContainsKey(id) ? "pending" : $"over, call {OfCall(mirror, id.Call)}";

    private static string OfAgent(Mirror mirror, AgentId id) => mirror.Agents.TryGetValue(id, out AgentModel? agent) ? $"{agent.State}" : "unknown";
}
