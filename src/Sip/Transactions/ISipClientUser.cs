using Routing.Sip.Messages;
using Routing.Sip.Transport;

namespace Routing.Sip.Transactions;

/// <summary>Told what becomes of a request. Called on the loop's thread, never from inside the call that sent the request.</summary>
public interface ISipClientUser
{
    /// <summary>
    /// A response: any number of provisional ones, then one final; for INVITE every 2xx, repeats included, each of which needs an ACK of
    /// the user's. The ACK of other final responses is the transaction's own.
    /// </summary>
    void OnResponse(SipClientTransaction transaction, SipResponse response, SipFlow flow);

    /// <summary>No final response will come. At most once, and not after a final response (but for an ACK that could not be sent).</summary>
    void OnFailure(SipClientTransaction transaction, SipTransactionFailure failure);
}
