using Routing.Sip.Messages;
using Routing.Sip.Transactions;
using Routing.Sip.Transport;

namespace Routing.Sip.Tests.Stack;

/// <summary>Notes every callback and lets a test answer.</summary>
internal sealed class RecordingUser : ISipUser
{
    public List<SipServerTransaction> Requests { get; } = [];

    public List<SipRequest> Acks { get; } = [];

    public List<(NonInviteServerTransaction Cancel, InviteServerTransaction? Invite)> Cancels { get; } = [];

    public List<SipResponse> StrayResponses { get; } = [];

    public List<(SipServerTransaction Transaction, SipTransactionFailure Failure)> Failures { get; } = [];

    public List<(SipFlow Flow, SipFlowCloseReason Reason)> ClosedFlows { get; } = [];

    public Action<SipServerTransaction, SipFlow>? WhenRequest { get; set; }

    public Action<SipRequest, SipFlow>? WhenAck { get; set; }

    public void OnRequest(SipServerTransaction transaction, SipFlow flow)
    {
        Requests.Add(transaction);
        WhenRequest?.Invoke(transaction, flow);
    }

    public void OnAck(SipRequest ack, SipFlow flow)
    {
        Acks.Add(ack);
        WhenAck?.Invoke(ack, flow);
    }

    public void OnCancel(NonInviteServerTransaction cancel, InviteServerTransaction? invite, SipFlow flow) => Cancels.Add((cancel, invite));

    public void OnStrayResponse(SipResponse response, SipFlow flow) => StrayResponses.Add(response);

    public void OnServerFailure(SipServerTransaction transaction, SipTransactionFailure failure) => Failures.Add((transaction, failure));

    public void OnFlowClosed(SipFlow flow, SipFlowCloseReason reason) => ClosedFlows.Add((flow, reason));
}
