using static Routing.Sip.Transactions.InviteClientEvent;
using static Routing.Sip.Transactions.InviteClientState;
using static Routing.Sip.Transactions.TransactionActions;

namespace Routing.Sip.Transactions;

/// <summary>
/// The INVITE client transaction: RFC 3261 figure 5 with the Accepted state of RFC 6026 §8.4. Timer C is not in the figure: the RFC
/// leaves the length of Proceeding to the user, and a user that forgets would keep the transaction for ever.
/// </summary>
internal static class InviteClientTable
{
    /// <summary>Entry into <see cref="Calling"/>.</summary>
    public const TransactionActions Begin = SendRequest | StartRetransmit | StartTimeout;

    public static TransactionStep<InviteClientState> Next(InviteClientState state, InviteClientEvent input) => (state, input) switch
    {
        (Calling, Provisional) => new(Proceeding, StopRetransmit | StopTimeout | StartProceedingLimit | Deliver),
        (Calling, Success) => new(Accepted, StopRetransmit | StopTimeout | StartLinger | Deliver),
        (Calling, Failure) => new(Completed, StopRetransmit | StopTimeout | SendAck | StartLinger | Deliver),
        (Calling, TimerA) => new(Calling, SendRequest | RestartRetransmit),
        (Calling, TimerB) => new(Terminated, ReportTimeout),
        (Calling, TransportError) => new(Terminated, ReportTransportError),

        (Proceeding, Provisional) => new(Proceeding, StartProceedingLimit | Deliver),
        (Proceeding, Success) => new(Accepted, StopTimeout | StartLinger | Deliver),
        (Proceeding, Failure) => new(Completed, StopTimeout | SendAck | StartLinger | Deliver),
        (Proceeding, TimerC) => new(Terminated, ReportTimeout),

        (Completed, Failure) => new(Completed, SendAck),
        (Completed, TimerD) => new(Terminated, None),
        (Completed, TransportError) => new(Terminated, ReportTransportError),

        // RFC 6026 §7.2: every 2xx, a repeat or one of another fork, is for the user, who acknowledges it.
        (Accepted, Success) => new(Accepted, Deliver),
        (Accepted, TimerM) => new(Terminated, None),

        _ => new(state, None),
    };
}
