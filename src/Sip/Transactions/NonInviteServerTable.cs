using static Routing.Sip.Transactions.NonInviteServerEvent;
using static Routing.Sip.Transactions.NonInviteServerState;
using static Routing.Sip.Transactions.TransactionActions;

namespace Routing.Sip.Transactions;

/// <summary>
/// The non-INVITE server transaction: RFC 3261 figure 8, with RFC 6026 §7.1 (a transport error ends nothing) and RFC 4320 §4.2: when the
/// user has no answer in the time that the client waits, the transaction ends without one, since a late 408 only does harm.
/// </summary>
internal static class NonInviteServerTable
{
    /// <summary>Entry into <see cref="Trying"/>.</summary>
    public const TransactionActions Begin = StartTimeout;

    public static TransactionStep<NonInviteServerState> Next(NonInviteServerState state, NonInviteServerEvent input) => (state, input) switch
    {
        (Trying, Provisional) => new(Proceeding, SendResponse),
        (Trying, Final) => new(Completed, StopTimeout | SendResponse | StartLinger),
        (Trying, ClientGone) => new(Terminated, ReportTimeout),

        (Proceeding, Request) => new(Proceeding, SendResponse),
        (Proceeding, Provisional) => new(Proceeding, SendResponse),
        (Proceeding, Final) => new(Completed, StopTimeout | SendResponse | StartLinger),
        (Proceeding, ClientGone) => new(Terminated, ReportTimeout),
        (Proceeding, TransportError) => new(Proceeding, ReportTransportError),

        (Completed, Request) => new(Completed, SendResponse),
        (Completed, TimerJ) => new(Terminated, None),
        (Completed, TransportError) => new(Completed, ReportTransportError),

        _ => new(state, None),
    };
}
