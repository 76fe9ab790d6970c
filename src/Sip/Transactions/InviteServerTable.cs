using static Routing.Sip.Transactions.InviteServerEvent;
using static Routing.Sip.Transactions.InviteServerState;
using static Routing.Sip.Transactions.TransactionActions;

namespace Routing.Sip.Transactions;

/// <summary>
/// The INVITE server transaction: RFC 3261 figure 7 with the Accepted state and the error handling of RFC 6026 §7.1 (a transport error
/// ends nothing: the timers do). One thing differs on purpose: the transaction never sends 100 of its own. Nothing may leave before
/// the user has committed the call, and over UDP the caller's repeats are what keeps the call safe until then.
/// </summary>
internal static class InviteServerTable
{
    public static TransactionStep<InviteServerState> Next(InviteServerState state, InviteServerEvent input) => (state, input) switch
    {
        (Proceeding, Request) => new(Proceeding, SendResponse),
        (Proceeding, Provisional) => new(Proceeding, SendResponse),
        (Proceeding, Success) => new(Accepted, SendResponse | StartLinger),
        (Proceeding, Failure) => new(Completed, SendResponse | StartRetransmit | StartTimeout),
        (Proceeding, TransportError) => new(Proceeding, ReportTransportError),

        (Completed, Request) => new(Completed, SendResponse),
        (Completed, Ack) => new(Confirmed, StopRetransmit | StopTimeout | StartLinger),
        (Completed, TimerG) => new(Completed, SendResponse | RestartRetransmit),
        (Completed, TimerH) => new(Terminated, StopRetransmit | ReportTimeout),
        (Completed, TransportError) => new(Completed, ReportTransportError),

        (Confirmed, TimerI) => new(Terminated, None),

        (Accepted, Ack) => new(Accepted, Deliver),
        (Accepted, Success) => new(Accepted, SendResponse),
        (Accepted, TimerL) => new(Terminated, None),
        (Accepted, TransportError) => new(Accepted, ReportTransportError),

        _ => new(state, None),
    };
}
