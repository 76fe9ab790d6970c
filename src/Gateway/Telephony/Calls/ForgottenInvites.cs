using Routing.Contracts.Effects;
using Routing.Sip.Dialogs;
using Routing.Sip.Loop;
using Routing.Sip.Messages;
using Routing.Sip.Transactions;
using Routing.Sip.Transport;

namespace Routing.Gateway.Telephony.Calls;

/// <summary>
/// INVITEs of a former life that are over and whose phones may not know: each is cancelled, made again from its offer. A phone that answered while nobody
/// listened takes the CANCEL and goes on believing in its call (RFC 3261 §9.2), up to 64·T1 when its 200 does not come through any more. So whoever took the CANCEL and then says
/// nothing more about the INVITE gets a BYE in the dialog that the To tag of that answer names, which is the tag of its 200 (§9.2). No ACK: what was not seen is not acknowledged.
/// A phone that had not answered says 481 to it. SIP thread.
/// </summary>
internal sealed class ForgottenInvites(GatewayServices services) : ISipClientUser
{
    /// <summary>2·T1: the 487 of a phone that rang comes with the answer to the CANCEL, or, when it is lost, T1 later.</summary>
    private const int HangUpAfterMs = 1_000;

    /// <summary>Those that wait to be hung up, by the branch that INVITE and CANCEL share.</summary>
    private readonly Dictionary<string, Cancelled> _silent = [];

    /// <summary>Cancels an INVITE of a former life. At once: no provisional response is waited for, since it is over for so long that no CANCEL can overtake it.</summary>
    public void Cancel(AgentInviter inviter, OfferCall offer, int index, string reason)
    {
        var prepared = inviter.Prepare(offer, index, null);
        services.Stack.SendCancel(prepared.Request, prepared.Destination, prepared.Branch, reason, this, new Cancelled(this, prepared, reason));
    }

    /// <summary>The phone has spoken about its INVITE: with a failure it is over, a 200 is acknowledged and hung up by whoever heard it.</summary>
    public void Heard(SipResponse response)
    {
        if (response.Via.Branch is { } branch && _silent.Remove(branch, out var cancelled))
        {
            cancelled.Timer?.Stop();
        }
    }

    public void Stop()
    {
        foreach (var cancelled in _silent.Values)
        {
            cancelled.Timer?.Stop();
        }

        _silent.Clear();
    }

    public void OnResponse(SipClientTransaction transaction, SipResponse response, SipFlow flow)
    {
        // What the phone said of its INVITE may have overtaken this: then the BYE gets 481 as well.
        if (response.IsSuccess && response.To.Tag is { Length: > 0 } tag && transaction.UserState is Cancelled cancelled && _silent.TryAdd(cancelled.Prepared.Branch, cancelled))
        {
            cancelled.Tag = tag;
            cancelled.Flow = flow;
            cancelled.Timer = services.Loop.CreateTimer(static state => ((Cancelled)state!).HangUp(), cancelled);
            cancelled.Timer.Start(TimeSpan.FromMilliseconds(HangUpAfterMs));
        }
    }

    public void OnFailure(SipClientTransaction transaction, SipTransactionFailure failure)
    {
        // Nobody is there, or the same CANCEL is under way already.
    }

    private void HangUp(Cancelled cancelled)
    {
        var (invite, _, through, branch) = cancelled.Prepared;
        _silent.Remove(branch);
        Dialog dialog = Dialog.Restore(new DialogSnapshot
        {
            CallId = invite.CallId,
            LocalTag = invite.From.Tag!,
            RemoteTag = cancelled.Tag,
            LocalAddress = new NameAddress(invite.From.Uri, invite.From.DisplayName).ToString(),
            RemoteAddress = invite.To.ToString(),
            LocalContact = AgentInviter.ContactOf(cancelled.Flow!, invite.From.Uri.User),
            RemoteTarget = invite.RequestUri.ToString(),
            // The way that the INVITE went; what proxies added to it would have come with the 200.
            RouteSet = [.. invite.Headers.GetAll(HeaderId.Route)],
            LocalCSeq = invite.CSeq.Number,
            State = DialogState.Confirmed,
        });
        services.Counters.Add(SipGatewayCounter.BranchesDropped);
        services.Pass(CrashPoint.BeforeStrayBye);
        new LegShell(services, session: null, services.Strays, LegRef.Caller, dialog, through).SendBye(cancelled.Reason);
        services.Pass(CrashPoint.AfterStrayBye);
    }

    private sealed class Cancelled(ForgottenInvites owner, AgentInviter.Prepared prepared, string reason)
    {
        public AgentInviter.Prepared Prepared => prepared;

        public string Reason => reason;

        /// <summary>Of the answer to the CANCEL; from then on the timer runs.</summary>
        public string Tag { get; set; } = "";

        public SipFlow? Flow { get; set; }

        public SipTimer? Timer { get; set; }

        public void HangUp() => owner.HangUp(this);
    }
}
