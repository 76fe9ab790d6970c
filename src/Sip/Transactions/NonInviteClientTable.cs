using static Routing.Sip.Transactions.NonInviteClientEvent;
using static Routing.Sip.Transactions.NonInviteClientState;
using static Routing.Sip.Transactions.TransactionActions;

namespace Routing.Sip.Transactions;

/// <summary>The non-INVITE client transaction: RFC 3261 figure 6.</summary>
internal static class NonInviteClientTable
{
    /// <summary>Entry into <see cref="Trying"/>.</summary>
    public const TransactionActions Begin = SendRequest | StartRetransmit | StartTimeout;

    public static TransactionStep<NonInviteClientState> Next(NonInviteClientState state, NonInviteClientEvent input) => (state, input) switch
    {
        (Trying, Provisional) => new(Proceeding, Deliver),
        (Trying, Final) => new(Completed, StopRetransmit | StopTimeout | StartLinger | Deliver),
        (Trying, TimerE) => new(Trying, SendRequest | RestartRetransmit),
        (Trying, TimerF) => new(Terminated, ReportTimeout),
        (Trying, TransportError) => new(Terminated, ReportTransportError),

        (Proceeding, Provisional) => new(Proceeding, Deliver),
        (Proceeding, Final) => new(Completed, StopRetransmit | StopTimeout | StartLinger | Deliver),
        (Proceeding, TimerE) => new(Proceeding, SendRequest | RestartRetransmit),
        (Proceeding, TimerF) => new(Terminated, ReportTimeout),
        (Proceeding, TransportError) => new(Terminated, ReportTransportError),

        (Completed, TimerK) => new(Terminated, None),

        _ => new(state, None),
    };
}
