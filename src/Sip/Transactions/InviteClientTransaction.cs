using Routing.Sip.Messages;
using Routing.Sip.Transport;

namespace Routing.Sip.Transactions;

/// <summary>An INVITE that we sent; its rules are in <see cref="InviteClientTable"/>.</summary>
public sealed class InviteClientTransaction : SipClientTransaction
{
    /// <summary>
    /// Copies of an INVITE that is cancelled and has no response, over 7·T1. RFC 3261 §9.1 lets CANCEL wait for a response and says nothing of the INVITE; each further copy could only make a phone ring
    /// that comes back (§17.1.1.2 goes on for 64·T1) and has not rung so far. Not fewer, and one at least after the CANCEL is wanted: a phone that does ring, and whose response was lost, is found by that copy.
    /// </summary>
    private const int CopiesOfCancelled = 4;

    private CancelProgress _cancel;
    private string? _cancelReason;
    private int _copies = 1;
    private bool _isRepeatedCancelled;

    internal InviteClientTransaction(SipTransactionLayer layer, SipRequest request, ISipClientUser user, string branch)
        : base(layer, request, user, branch)
    {
    }

    private enum CancelProgress
    {
        None,
        Wanted,
        Sent,
    }

    public InviteClientState State { get; private set; } = InviteClientState.Calling;

    private protected override bool IsOver => State > InviteClientState.Proceeding;

    /// <summary>Timer A doubles without a bound (RFC 3261 §17.1.1.2); timer B ends it.</summary>
    private protected override TimeSpan RetransmitIntervalLimit => TimeSpan.MaxValue;

    private protected override TimeSpan LingerDuration =>
        State == InviteClientState.Accepted || !IsReliable ? Timers.Timeout : TimeSpan.Zero;

    /// <summary>After a CANCEL the INVITE is given up when no final response comes in 64·T1 (RFC 3261 §9.1).</summary>
    private protected override TimeSpan ProceedingLimit => _cancel == CancelProgress.Sent ? Timers.Timeout : base.ProceedingLimit;

    /// <summary>
    /// Cancels the INVITE (RFC 3261 §9.1): at once when a provisional response was received, as soon as one is otherwise. The user goes on
    /// to be told the outcome: as a rule 487, but also a 2xx that crossed the CANCEL, which needs ACK and BYE. Without any response the INVITE
    /// is repeated a few times only, and times out as ever.
    /// </summary>
    /// <param name="reason">Value of a Reason header (RFC 3326) such as <c>SIP;cause=200;text="Call completed elsewhere"</c>; null for none.</param>
    /// <returns>False when there is nothing to cancel any more, or it is cancelled already.</returns>
    public bool Cancel(string? reason = null)
    {
        Layer.Loop.AssertOnLoop();
        if (_cancel != CancelProgress.None || State is not (InviteClientState.Calling or InviteClientState.Proceeding))
        {
            return false;
        }

        _cancel = CancelProgress.Wanted;
        _cancelReason = reason;
        if (Flow is null)
        {
            RefuseLater(SipTransactionFailure.CancelledBeforeSending);
        }
        else if (State == InviteClientState.Proceeding)
        {
            SendCancel();
        }

        return true;
    }

    internal override void OnResponse(SipResponse response, SipFlow flow) => Feed(
        response.IsProvisional ? InviteClientEvent.Provisional : response.IsSuccess ? InviteClientEvent.Success : InviteClientEvent.Failure,
        response,
        flow);

    private protected override void OnBegin() => Run(InviteClientTable.Begin, terminated: false, null, null);

    /// <summary>
    /// An INVITE that begins something is not repeated by a process that was stopped meanwhile, before its user had the time to hear whether anybody still wants it: a phone would ring for what is long over.
    /// </summary>
    private protected override void OnRetransmitTimer()
    {
        if (RetransmitLateness > Timers.T2 && Request.To.Tag is null)
        {
            DelayRetransmit(Timers.T2);
            return;
        }

        if (_cancel == CancelProgress.Wanted)
        {
            if (_copies >= CopiesOfCancelled && _isRepeatedCancelled)
            {
                return;
            }

            _isRepeatedCancelled = true;
        }

        _copies++;
        Feed(InviteClientEvent.TimerA);
    }

    private protected override void OnTimeoutTimer() =>
        Feed(State == InviteClientState.Calling ? InviteClientEvent.TimerB : InviteClientEvent.TimerC);

    private protected override void OnLingerTimer() =>
        Feed(State == InviteClientState.Accepted ? InviteClientEvent.TimerM : InviteClientEvent.TimerD);

    private protected override void OnSendError() => Feed(InviteClientEvent.TransportError);

    private void Feed(InviteClientEvent input, SipResponse? response = null, SipFlow? flow = null)
    {
        TransactionStep<InviteClientState> step = InviteClientTable.Next(State, input);
        State = step.Next;
        TransactionActions actions = step.Actions;
        if (_cancel == CancelProgress.Sent)
        {
            // The 64·T1 since the CANCEL run on, whatever provisional responses still come.
            actions &= ~TransactionActions.StartProceedingLimit;
        }
        else if (_cancel == CancelProgress.Wanted && State == InviteClientState.Proceeding)
        {
            SendCancel();
        }

        Run(actions, State == InviteClientState.Terminated, response, flow);
    }

    private void SendCancel()
    {
        _cancel = CancelProgress.Sent;
        SipRequest cancel = Request.CreateCancel();
        if (_cancelReason is not null)
        {
            cancel.Headers.Add("Reason", _cancelReason);
        }

        Layer.SendCancel(cancel, Flow!, Branch);
        StartTimeout(ProceedingLimit);
    }
}
