using Routing.Contracts.Effects;
using Routing.Contracts.Views;
using Routing.Sip.Dialogs;

namespace Routing.Gateway.Telephony.Calls;

/// <summary>
/// A live call that cannot be taken up after a restart: a record is damaged or of a newer version, or what the caller came by is not listened at any more. Nobody may be
/// left in it. Each leg is ended as far as it is known, without a call of its own: phones that may ring are cancelled, the dialogs that can be read are hung up.
/// </summary>
internal sealed class LostCall(GatewayServices services, RestoreCall effect, IReadOnlyList<LegRecord> records)
{
    private const string Reason = "SIP;cause=500;text=\"The call was lost in a restart\"";
    private const int ServerError = 500;

    /// <summary>
    /// The same call as one that ended: for when its caller can be reached, and is owed a final response or a BYE. Offers that no leg is known of ring, as far as anybody knows.
    /// </summary>
    public RestoreCall AsEnded() => effect with
    {
        State = CallState.Ended,
        Offers = [.. effect.Offers.Where(offer => RecordOf(LegRef.Agent(offer.Offer.Number)) is not null)],
        Stopped = [.. effect.Stopped, .. effect.Offers.Where(offer => RecordOf(LegRef.Agent(offer.Offer.Number)) is null).Select(static offer => new StoppedOffer(offer, WithdrawCause.CallerLeft))],
        Owed = new OwedEnds(new EndCaller(effect.Call, ServerError, Reason), effect.Offers.Count == 0 ? null : new EndAgentLeg(effect.Call, effect.Offers[0].Offer, Reason)),
    };

    /// <summary>Ends the legs when nothing is known of how to reach the caller but what its dialog says.</summary>
    public void End()
    {
        AgentInviter inviter = new(services, new CallerIdentity(null, null), callerFlow: null);
        foreach (var offer in effect.Offers)
        {
            if (!TryHangUp(LegRef.Agent(offer.Offer.Number), AgentInviter.FirstCSeq))
            {
                Cancel(inviter, offer, WithdrawCause.CallerLeft);
            }
        }

        foreach (var stopped in effect.Stopped)
        {
            Cancel(inviter, stopped.Offer, stopped.Cause);
        }

        TryHangUp(LegRef.Caller, invitedAs: null);
    }

    /// <param name="reference">Which leg.</param>
    /// <param name="invitedAs">CSeq number of our INVITE that made the dialog: its 200 may wait for the ACK.</param>
    private bool TryHangUp(LegRef reference, int? invitedAs)
    {
        if (RecordOf(reference) is not { } record || CallRestorer.DialogOf(record, services.Options.Incarnation) is not { State: DialogState.Confirmed } dialog)
        {
            return false;
        }

        var flow = record.UsesFlow && record.Flow.Length > 0 ? services.Flows.Find(record.Flow, services.Stack) : null;
        LegShell leg = new(services, session: null, services.Strays, reference, dialog, flow);
        if (invitedAs is { } number)
        {
            leg.SendAck(number, null);
        }

        leg.SendBye(Reason);
        return true;
    }

    private void Cancel(AgentInviter inviter, OfferCall offer, WithdrawCause cause)
    {
        for (int i = 0; i < offer.Targets.Count; i++)
        {
            services.Forgotten.Cancel(inviter, offer, i, AgentOffer.ReasonOf(cause));
        }
    }

    private LegRecord? RecordOf(LegRef leg) => records.FirstOrDefault(record => record.Leg == leg.ToString());
}
