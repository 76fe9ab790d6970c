using Routing.Contracts.Commands;
using Routing.Contracts.Ids;

namespace Routing.Simulation.Checking;

/// <summary>The replies that the contracts promise, for the commands whose reply no other rule checks.</summary>
internal static class ReplyRules
{
    public static void Check(Mirror mirror, CommittedTurn turn)
    {
        ReplyCode code = turn.Result.Reply.Code;
        switch (turn.Input.Command)
        {
            case CallerLeft left:
                Require(code == (Heard(mirror, left.Call) ? ReplyCode.Ok : ReplyCode.NotFound), turn);
                break;
            case LegChanged leg:
                Require(code == (mirror.Calls.ContainsKey(leg.Call) ? ReplyCode.Ok : ReplyCode.NotFound), turn);
                break;
            case OfferRinging ringing:
                Require(code == ReplyCode.Ok || !mirror.Offers.ContainsKey(ringing.Offer), turn);
                break;
            case OfferFailed failed:
                Require(code == ReplyCode.Ok || !WasMade(mirror, failed.Offer), turn);
                break;
            case AgentLegEnded ended:
                Require(code == ReplyCode.Ok || !WasMade(mirror, ended.Offer), turn);
                break;
            case SetAgentState set:
                bool known = mirror.Agents.TryGetValue(set.Agent, out AgentModel? agent) && agent.Configuration is not null;
                ReplyCode expected = !known ? ReplyCode.NotFound
                    : set.Mode == AgentMode.Ready && !agent!.HasPhone(turn.NowMs) ? ReplyCode.Conflict : ReplyCode.Ok;
                Require(code == expected, turn);
                break;
            case GatewayStarted or Resume or TimerDue:
                Require(code == ReplyCode.Ok, turn);
                break;
            default:
                break;
        }
    }

    /// <summary>How many offers an ended call had is not known here: any may have been made.</summary>
    private static bool WasMade(Mirror mirror, OfferId offer) =>
        mirror.Calls.TryGetValue(offer.Call, out CallModel? call) && offer.Number >= 1 && offer.Number <= call.OffersMade;

    private static bool Heard(Mirror mirror, CallId call) => mirror.Calls.ContainsKey(call) || mirror.Ended.ContainsKey(call);

    private static void Require(bool holds, CommittedTurn turn)
    {
        if (!holds)
        {
            throw new CheckFailure("reply", $"{turn.Input.Command} got {turn.Result.Reply}");
        }
    }
}
