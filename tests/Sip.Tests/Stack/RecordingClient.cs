using Routing.Sip.Messages;
using Routing.Sip.Transactions;
using Routing.Sip.Transport;

namespace Routing.Sip.Tests.Stack;

/// <summary>Notes what becomes of a request.</summary>
internal sealed class RecordingClient : ISipClientUser
{
    public List<SipResponse> Responses { get; } = [];

    public List<SipTransactionFailure> Failures { get; } = [];

    public IEnumerable<int> Codes => Responses.Select(response => response.StatusCode);

    public Action<SipClientTransaction, SipResponse, SipFlow>? WhenResponse { get; set; }

    public void OnResponse(SipClientTransaction transaction, SipResponse response, SipFlow flow)
    {
        Responses.Add(response);
        WhenResponse?.Invoke(transaction, response, flow);
    }

    public void OnFailure(SipClientTransaction transaction, SipTransactionFailure failure) => Failures.Add(failure);
}
