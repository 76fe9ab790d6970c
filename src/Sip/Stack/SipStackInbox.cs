using Routing.Sip.Loop;
using Routing.Sip.Messages;
using Routing.Sip.Parsing;
using Routing.Sip.Transactions;
using Routing.Sip.Transport;

namespace Routing.Sip.Stack;

/// <summary>
/// The door between the threads of the transports and the loop. On the receiving thread a request's top Via gets received and rport;
/// all else happens on the loop. What the loop's inbox refuses is dropped and counted: over UDP it will come again.
/// </summary>
internal sealed class SipStackInbox(
    SipLoop loop, ISipUser user, SipTransactionLayer transactions, StatelessResponder responder, SipCounters counters) : ISipTransportSink
{
    public void OnMessage(SipFlow flow, SipMessage message)
    {
        counters.CountIn(message);
        if (message is SipRequest request)
        {
            ResponseRoute.Stamp(request, flow.Remote);
        }

        Post(static state => ((Arrival)state!).Handle(), new Arrival(this, flow) { Message = message }, SipLoopLane.Network);
    }

    public void OnRefused(SipFlow flow, SipParseError error)
    {
        counters.CountRefused(error.Reason);
        if (error.Request is not null)
        {
            Post(static state => ((Arrival)state!).Handle(), new Arrival(this, flow) { Error = error }, SipLoopLane.Network);
        }
    }

    public void OnFlowClosed(SipFlow flow, SipFlowCloseReason reason)
    {
        counters.Add(SipCounter.ConnectionClosed);
        Post(static state => ((Arrival)state!).Handle(), new Arrival(this, flow) { CloseReason = reason }, SipLoopLane.Internal);
    }

    private void Post(Action<object?> work, Arrival arrival, SipLoopLane lane)
    {
        if (!loop.TryPost(work, arrival, lane))
        {
            counters.Add(SipCounter.MessageDroppedInboxFull);
        }
    }

    private sealed class Arrival(SipStackInbox inbox, SipFlow flow)
    {
        public SipMessage? Message { get; init; }

        public SipParseError? Error { get; init; }

        public SipFlowCloseReason CloseReason { get; init; }

        public void Handle()
        {
            switch (Message)
            {
                case SipRequest request:
                    inbox.Transactions.HandleRequest(request, flow);
                    break;
                case SipResponse response:
                    inbox.Transactions.HandleResponse(response, flow);
                    break;
                default:
                    inbox.HandleOther(this, flow);
                    break;
            }
        }
    }

    private SipTransactionLayer Transactions => transactions;

    private void HandleOther(Arrival arrival, SipFlow flow)
    {
        if (arrival.Error is { } error)
        {
            responder.Refuse(error, flow);
            return;
        }

        transactions.HandleFlowClosed(flow);
        user.OnFlowClosed(flow, arrival.CloseReason);
    }
}
