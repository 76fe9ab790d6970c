using Routing.Sip.Messages;
using Routing.Sip.Transport;

namespace Routing.Sip.Transactions;

/// <summary>A request other than INVITE and ACK that we received; its rules are in <see cref="NonInviteServerTable"/>.</summary>
public sealed class NonInviteServerTransaction : SipServerTransaction
{
    private const int RequestTimeout = 408;

    internal NonInviteServerTransaction(SipTransactionLayer layer, SipRequest request, SipFlow flow, TransactionKey key)
        : base(layer, request, flow, key)
    {
    }

    public NonInviteServerState State { get; private set; } = NonInviteServerState.Trying;

    private protected override bool RepeatsFinal => State == NonInviteServerState.Completed;

    private protected override TimeSpan RetransmitIntervalLimit => Timers.T2;

    private protected override TimeSpan LingerDuration => IsReliable ? TimeSpan.Zero : Timers.Timeout;

    internal void Begin() => Run(NonInviteServerTable.Begin, terminated: false, isRepeat: false, null, null);

    internal override void OnRepeat() => Feed(NonInviteServerEvent.Request, isRepeat: true);

    internal override void OnTransportError() => Feed(NonInviteServerEvent.TransportError);

    private protected override bool Allows(SipResponse response)
    {
        if (response.StatusCode is RequestTimeout or (> 100 and < 200))
        {
            throw new ArgumentException($"{response.StatusCode} must not answer {Key.Method} (RFC 4320 §4).", nameof(response));
        }

        return State is NonInviteServerState.Trying or NonInviteServerState.Proceeding;
    }

    private protected override void OnRespond(SipResponse response)
    {
        if (response.IsFinal)
        {
            Layer.ForgetMerge(this);
        }

        Feed(response.IsProvisional ? NonInviteServerEvent.Provisional : NonInviteServerEvent.Final);
    }

    private protected override void OnRetransmitTimer()
    {
        // Only INVITE has responses that repeat by time.
    }

    private protected override void OnTimeoutTimer() => Feed(NonInviteServerEvent.ClientGone);

    private protected override void OnLingerTimer() => Feed(NonInviteServerEvent.TimerJ);

    private void Feed(NonInviteServerEvent input, bool isRepeat = false)
    {
        TransactionStep<NonInviteServerState> step = NonInviteServerTable.Next(State, input);
        State = step.Next;
        Run(step.Actions, State == NonInviteServerState.Terminated, isRepeat, null, null);
    }
}
