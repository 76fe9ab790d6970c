using Routing.Sip.Messages;
using Routing.Sip.Transport;

namespace Routing.Sip.Transactions;

/// <summary>The transaction user of a stack. Called on the loop's thread.</summary>
public interface ISipUser
{
    /// <summary>
    /// Any request before transactions look at it, ACK, CANCEL and repeats included: true when the user took it to pass it on as a stateless proxy (RFC 3261 §16.11,
    /// <see cref="Stack.SipStack.Forward"/>), or dropped it.
    /// </summary>
    bool TryForward(SipRequest request, SipFlow flow) => false;

    /// <summary>
    /// A new request other than ACK and CANCEL, inside or outside a dialog. Nothing was sent yet, 100 included; repeats are absorbed. Answer
    /// with <see cref="SipServerTransaction.Respond"/>, now or later.
    /// </summary>
    void OnRequest(SipServerTransaction transaction, SipFlow flow);

    /// <summary>
    /// An ACK that belongs to no transaction of ours or to one that sent 2xx: match it by its dialog. One that matches none is to be
    /// ignored (it may follow an answer that was given without a transaction).
    /// </summary>
    void OnAck(SipRequest ack, SipFlow flow);

    /// <summary>
    /// A CANCEL. Answer it, and, when there is an INVITE without final response, that one with 487 (RFC 3261 §9.2).
    /// </summary>
    /// <param name="cancel">The transaction of the CANCEL itself.</param>
    /// <param name="invite">The INVITE that it matches; null when there is none: 481, unless the user knows the INVITE from before a restart.</param>
    void OnCancel(NonInviteServerTransaction cancel, InviteServerTransaction? invite, SipFlow flow);

    /// <summary>A response that matches no client transaction, such as a 2xx to an INVITE sent before a restart.</summary>
    void OnStrayResponse(SipResponse response, SipFlow flow);

    /// <summary>
    /// A response could not be sent (the transaction goes on, RFC 6026 §7.1), no ACK came for a final response other than 2xx, or the user
    /// itself gave no answer in time (the transaction has ended).
    /// </summary>
    void OnServerFailure(SipServerTransaction transaction, SipTransactionFailure failure);

    /// <summary>A connection ended: registrations and dialogs bound to the flow have lost it.</summary>
    void OnFlowClosed(SipFlow flow, SipFlowCloseReason reason);
}
