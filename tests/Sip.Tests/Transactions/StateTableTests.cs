using Routing.Sip.Transactions;
using Xunit;
using static Routing.Sip.Transactions.TransactionActions;

namespace Routing.Sip.Tests.Transactions;

/// <summary>
/// Every cell of the four tables: the rows written here are those of RFC 3261 figures 5–8 with RFC 6026, and every pair that is not
/// listed must change and do nothing.
/// </summary>
public sealed class StateTableTests
{
    [Fact]
    public void Invite_client_is_figure_5_with_the_accepted_state()
    {
        Check(InviteClientTable.Next, new Dictionary<(InviteClientState, InviteClientEvent), (InviteClientState, TransactionActions)>
        {
            [(InviteClientState.Calling, InviteClientEvent.Provisional)] = (InviteClientState.Proceeding, StopRetransmit | StopTimeout | StartProceedingLimit | Deliver),
            [(InviteClientState.Calling, InviteClientEvent.Success)] = (InviteClientState.Accepted, StopRetransmit | StopTimeout | StartLinger | Deliver),
            [(InviteClientState.Calling, InviteClientEvent.Failure)] = (InviteClientState.Completed, StopRetransmit | StopTimeout | SendAck | StartLinger | Deliver),
            [(InviteClientState.Calling, InviteClientEvent.TimerA)] = (InviteClientState.Calling, SendRequest | RestartRetransmit),
            [(InviteClientState.Calling, InviteClientEvent.TimerB)] = (InviteClientState.Terminated, ReportTimeout),
            [(InviteClientState.Calling, InviteClientEvent.TransportError)] = (InviteClientState.Terminated, ReportTransportError),
            [(InviteClientState.Proceeding, InviteClientEvent.Provisional)] = (InviteClientState.Proceeding, StartProceedingLimit | Deliver),
            [(InviteClientState.Proceeding, InviteClientEvent.Success)] = (InviteClientState.Accepted, StopTimeout | StartLinger | Deliver),
            [(InviteClientState.Proceeding, InviteClientEvent.Failure)] = (InviteClientState.Completed, StopTimeout | SendAck | StartLinger | Deliver),
            [(InviteClientState.Proceeding, InviteClientEvent.TimerC)] = (InviteClientState.Terminated, ReportTimeout),
            [(InviteClientState.Completed, InviteClientEvent.Failure)] = (InviteClientState.Completed, SendAck),
            [(InviteClientState.Completed, InviteClientEvent.TimerD)] = (InviteClientState.Terminated, None),
            [(InviteClientState.Completed, InviteClientEvent.TransportError)] = (InviteClientState.Terminated, ReportTransportError),
            [(InviteClientState.Accepted, InviteClientEvent.Success)] = (InviteClientState.Accepted, Deliver),
            [(InviteClientState.Accepted, InviteClientEvent.TimerM)] = (InviteClientState.Terminated, None),
        });
    }

    [Fact]
    public void Non_invite_client_is_figure_6()
    {
        Check(NonInviteClientTable.Next, new Dictionary<(NonInviteClientState, NonInviteClientEvent), (NonInviteClientState, TransactionActions)>
        {
            [(NonInviteClientState.Trying, NonInviteClientEvent.Provisional)] = (NonInviteClientState.Proceeding, Deliver),
            [(NonInviteClientState.Trying, NonInviteClientEvent.Final)] = (NonInviteClientState.Completed, StopRetransmit | StopTimeout | StartLinger | Deliver),
            [(NonInviteClientState.Trying, NonInviteClientEvent.TimerE)] = (NonInviteClientState.Trying, SendRequest | RestartRetransmit),
            [(NonInviteClientState.Trying, NonInviteClientEvent.TimerF)] = (NonInviteClientState.Terminated, ReportTimeout),
            [(NonInviteClientState.Trying, NonInviteClientEvent.TransportError)] = (NonInviteClientState.Terminated, ReportTransportError),
            [(NonInviteClientState.Proceeding, NonInviteClientEvent.Provisional)] = (NonInviteClientState.Proceeding, Deliver),
            [(NonInviteClientState.Proceeding, NonInviteClientEvent.Final)] = (NonInviteClientState.Completed, StopRetransmit | StopTimeout | StartLinger | Deliver),
            [(NonInviteClientState.Proceeding, NonInviteClientEvent.TimerE)] = (NonInviteClientState.Proceeding, SendRequest | RestartRetransmit),
            [(NonInviteClientState.Proceeding, NonInviteClientEvent.TimerF)] = (NonInviteClientState.Terminated, ReportTimeout),
            [(NonInviteClientState.Proceeding, NonInviteClientEvent.TransportError)] = (NonInviteClientState.Terminated, ReportTransportError),
            [(NonInviteClientState.Completed, NonInviteClientEvent.TimerK)] = (NonInviteClientState.Terminated, None),
        });
    }

    [Fact]
    public void Invite_server_is_figure_7_with_the_accepted_state()
    {
        Check(InviteServerTable.Next, new Dictionary<(InviteServerState, InviteServerEvent), (InviteServerState, TransactionActions)>
        {
            [(InviteServerState.Proceeding, InviteServerEvent.Request)] = (InviteServerState.Proceeding, SendResponse),
            [(InviteServerState.Proceeding, InviteServerEvent.Provisional)] = (InviteServerState.Proceeding, SendResponse),
            [(InviteServerState.Proceeding, InviteServerEvent.Success)] = (InviteServerState.Accepted, SendResponse | StartLinger),
            [(InviteServerState.Proceeding, InviteServerEvent.Failure)] = (InviteServerState.Completed, SendResponse | StartRetransmit | StartTimeout),
            [(InviteServerState.Proceeding, InviteServerEvent.TransportError)] = (InviteServerState.Proceeding, ReportTransportError),
            [(InviteServerState.Completed, InviteServerEvent.Request)] = (InviteServerState.Completed, SendResponse),
            [(InviteServerState.Completed, InviteServerEvent.Ack)] = (InviteServerState.Confirmed, StopRetransmit | StopTimeout | StartLinger),
            [(InviteServerState.Completed, InviteServerEvent.TimerG)] = (InviteServerState.Completed, SendResponse | RestartRetransmit),
            [(InviteServerState.Completed, InviteServerEvent.TimerH)] = (InviteServerState.Terminated, StopRetransmit | ReportTimeout),
            [(InviteServerState.Completed, InviteServerEvent.TransportError)] = (InviteServerState.Completed, ReportTransportError),
            [(InviteServerState.Confirmed, InviteServerEvent.TimerI)] = (InviteServerState.Terminated, None),
            [(InviteServerState.Accepted, InviteServerEvent.Ack)] = (InviteServerState.Accepted, Deliver),
            [(InviteServerState.Accepted, InviteServerEvent.Success)] = (InviteServerState.Accepted, SendResponse),
            [(InviteServerState.Accepted, InviteServerEvent.TimerL)] = (InviteServerState.Terminated, None),
            [(InviteServerState.Accepted, InviteServerEvent.TransportError)] = (InviteServerState.Accepted, ReportTransportError),
        });
    }

    [Fact]
    public void Non_invite_server_is_figure_8_without_a_late_answer()
    {
        Check(NonInviteServerTable.Next, new Dictionary<(NonInviteServerState, NonInviteServerEvent), (NonInviteServerState, TransactionActions)>
        {
            [(NonInviteServerState.Trying, NonInviteServerEvent.Provisional)] = (NonInviteServerState.Proceeding, SendResponse),
            [(NonInviteServerState.Trying, NonInviteServerEvent.Final)] = (NonInviteServerState.Completed, StopTimeout | SendResponse | StartLinger),
            [(NonInviteServerState.Trying, NonInviteServerEvent.ClientGone)] = (NonInviteServerState.Terminated, ReportTimeout),
            [(NonInviteServerState.Proceeding, NonInviteServerEvent.Request)] = (NonInviteServerState.Proceeding, SendResponse),
            [(NonInviteServerState.Proceeding, NonInviteServerEvent.Provisional)] = (NonInviteServerState.Proceeding, SendResponse),
            [(NonInviteServerState.Proceeding, NonInviteServerEvent.Final)] = (NonInviteServerState.Completed, StopTimeout | SendResponse | StartLinger),
            [(NonInviteServerState.Proceeding, NonInviteServerEvent.ClientGone)] = (NonInviteServerState.Terminated, ReportTimeout),
            [(NonInviteServerState.Proceeding, NonInviteServerEvent.TransportError)] = (NonInviteServerState.Proceeding, ReportTransportError),
            [(NonInviteServerState.Completed, NonInviteServerEvent.Request)] = (NonInviteServerState.Completed, SendResponse),
            [(NonInviteServerState.Completed, NonInviteServerEvent.TimerJ)] = (NonInviteServerState.Terminated, None),
            [(NonInviteServerState.Completed, NonInviteServerEvent.TransportError)] = (NonInviteServerState.Completed, ReportTransportError),
        });
    }

    private static void Check<TState, TEvent>(
        Func<TState, TEvent, TransactionStep<TState>> table, Dictionary<(TState State, TEvent Input), (TState Next, TransactionActions Actions)> rows)
        where TState : struct, Enum
        where TEvent : struct, Enum
    {
        foreach (TState state in Enum.GetValues<TState>())
        {
            foreach (TEvent input in Enum.GetValues<TEvent>())
            {
                TransactionStep<TState> step = table(state, input);
                (TState next, TransactionActions actions) = rows.TryGetValue((state, input), out var row) ? row : (state, None);
                Assert.True(
                    next.Equals(step.Next) && actions == step.Actions,
                    $"{state} + {input}: expected {next} with {actions}, got {step.Next} with {step.Actions}");
            }
        }
    }
}
