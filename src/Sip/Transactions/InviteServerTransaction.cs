using Routing.Sip.Messages;
using Routing.Sip.Transport;

namespace Routing.Sip.Transactions;

/// <summary>An INVITE that we received; its rules are in <see cref="InviteServerTable"/>. Sends nothing of its own before the user's first response.</summary>
public sealed class InviteServerTransaction : SipServerTransaction
{
    internal InviteServerTransaction(SipTransactionLayer layer, SipRequest request, SipFlow flow, TransactionKey key)
        : base(layer, request, flow, key)
    {
    }

    public InviteServerState State { get; private set; } = InviteServerState.Proceeding;

    /// <summary>True while a final response can still be given.</summary>
    public bool IsPending => State == InviteServerState.Proceeding;

    private protected override bool RepeatsFinal => State == InviteServerState.Completed;

    private protected override TimeSpan RetransmitIntervalLimit => Timers.T2;

    private protected override TimeSpan LingerDuration => State switch
    {
        InviteServerState.Accepted => Timers.Timeout,
        _ => IsReliable ? TimeSpan.Zero : Timers.T4,
    };

    internal override void OnRepeat() => Feed(InviteServerEvent.Request, isRepeat: true);

    /// <summary>As after a 2xx that was given before a restart. Its bytes are gone; the user can give it again.</summary>
    internal void RestoreAccepted()
    {
        State = InviteServerState.Accepted;
        RestoreAnswered();
        RunTimers(TransactionActions.StartLinger);
    }

    internal void OnAck(SipRequest ack, SipFlow flow) => Feed(InviteServerEvent.Ack, isRepeat: false, ack, flow);

    internal override void OnTransportError() => Feed(InviteServerEvent.TransportError);

    private protected override bool Allows(SipResponse response) =>
        State == InviteServerState.Proceeding || (State == InviteServerState.Accepted && response.IsSuccess);

    private protected override void OnRespond(SipResponse response)
    {
        if (response.StatusCode >= 300)
        {
            Layer.ForgetMerge(this);
        }

        Feed(response.IsProvisional ? InviteServerEvent.Provisional
            : response.IsSuccess ? InviteServerEvent.Success
            : InviteServerEvent.Failure);
    }

    private protected override void OnRetransmitTimer() => Feed(InviteServerEvent.TimerG, isRepeat: true);

    private protected override void OnTimeoutTimer() => Feed(InviteServerEvent.TimerH);

    private protected override void OnLingerTimer() =>
        Feed(State == InviteServerState.Accepted ? InviteServerEvent.TimerL : InviteServerEvent.TimerI);

    private void Feed(InviteServerEvent input, bool isRepeat = false, SipRequest? ack = null, SipFlow? flow = null)
    {
        TransactionStep<InviteServerState> step = InviteServerTable.Next(State, input);
        State = step.Next;
        Run(step.Actions, State == InviteServerState.Terminated, isRepeat, ack, flow);
    }
}
