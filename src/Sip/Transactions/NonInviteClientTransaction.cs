using Routing.Sip.Messages;
using Routing.Sip.Transport;

namespace Routing.Sip.Transactions;

/// <summary>A request other than INVITE and ACK that we sent; its rules are in <see cref="NonInviteClientTable"/>.</summary>
public sealed class NonInviteClientTransaction : SipClientTransaction
{
    internal NonInviteClientTransaction(SipTransactionLayer layer, SipRequest request, ISipClientUser user, string branch)
        : base(layer, request, user, branch)
    {
    }

    public NonInviteClientState State { get; private set; } = NonInviteClientState.Trying;

    private protected override bool IsOver => State > NonInviteClientState.Proceeding;

    private protected override TimeSpan RetransmitIntervalLimit => Timers.T2;

    private protected override TimeSpan RetransmitIntervalFloor => State == NonInviteClientState.Proceeding ? Timers.T2 : TimeSpan.Zero;

    private protected override TimeSpan LingerDuration => IsReliable ? TimeSpan.Zero : Timers.T4;

    internal override void OnResponse(SipResponse response, SipFlow flow) =>
        Feed(response.IsProvisional ? NonInviteClientEvent.Provisional : NonInviteClientEvent.Final, response, flow);

    private protected override void OnBegin() => Run(NonInviteClientTable.Begin, terminated: false, null, null);

    private protected override void OnRetransmitTimer() => Feed(NonInviteClientEvent.TimerE);

    private protected override void OnTimeoutTimer() => Feed(NonInviteClientEvent.TimerF);

    private protected override void OnLingerTimer() => Feed(NonInviteClientEvent.TimerK);

    private protected override void OnSendError() => Feed(NonInviteClientEvent.TransportError);

    private void Feed(NonInviteClientEvent input, SipResponse? response = null, SipFlow? flow = null)
    {
        TransactionStep<NonInviteClientState> step = NonInviteClientTable.Next(State, input);
        State = step.Next;
        // RunTimers may end the transaction (timer K of zero), so the row is carried out with the state it led to.
        Run(step.Actions, State == NonInviteClientState.Terminated, response, flow);
    }
}
