using Routing.Sip.Loop;
using Routing.Sip.Messages;
using Routing.Sip.Parsing;
using Routing.Sip.Transactions;
using Routing.Sip.Transport;

namespace Routing.Sip.Stack;

/// <summary>
/// The door between the threads of the transports and the loop. On the receiving thread a request's top Via gets received and rport;
/// the guard is asked about it; all else happens on the loop. What the loop's inbox refuses is dropped and counted: over UDP it will come again.
/// </summary>
internal sealed class SipStackInbox(
    SipLoop loop, ISipUser user, SipTransactionLayer transactions, StatelessResponder responder, SipCounters counters, SipStackOptions options)
    : ISipTransportSink
{
    private const int ServiceUnavailable = 503;

    public void OnMessage(SipFlow flow, SipMessage message)
    {
        counters.CountIn(message);
        var verdict = SipGuardVerdict.Pass;
        if (message is SipRequest request)
        {
            verdict = options.Guard?.Judge(request, flow) ?? SipGuardVerdict.Pass;
            if (verdict == SipGuardVerdict.Drop)
            {
                return;
            }

            request.CameAt = loop.Time.GetTimestamp() - (long)(request.UnreadFor.TotalSeconds * loop.Time.TimestampFrequency);
            ResponseRoute.Stamp(request, flow.Remote);
        }

        Arrival arrival = new(this, flow) { Message = message, IsOverload = verdict == SipGuardVerdict.Overload };
        Post(static state => ((Arrival)state!).Handle(), arrival, SipLoopLane.Network);
    }

    public void OnRefused(SipFlow flow, SipParseError error)
    {
        counters.CountRefused(error.Reason);
        if (error.Request is not null && options.Guard?.AdmitsRefusal(flow) != false)
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
        if (!loop.TryRun(work, arrival, lane))
        {
            counters.Add(SipCounter.MessageDroppedInboxFull);
        }
    }

    private sealed class Arrival(SipStackInbox inbox, SipFlow flow)
    {
        public SipMessage? Message { get; init; }

        public SipParseError? Error { get; init; }

        public bool IsOverload { get; init; }

        public SipFlowCloseReason CloseReason { get; init; }

        public void Handle()
        {
            switch (Message)
            {
                case SipRequest request when IsOverload:
                    inbox.Refuse(request, flow);
                    break;
                case SipRequest request:
                    inbox.Handle(request, flow);
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

    private void Handle(SipRequest request, SipFlow flow)
    {
        // Whether it is for this user or to be passed on: a phone would ring for what its sender gave up long ago.
        if (IsTooOld(request))
        {
            TurnAway(request, flow);
        }
        else if (!user.TryForward(request, flow))
        {
            transactions.HandleRequest(request, flow);
        }
    }

    private bool IsTooOld(SipRequest request) =>
        request.IsInvite && request.To.Tag is null && options.InviteAgeLimitMs is { } limitMs && loop.Time.GetElapsedTime(request.CameAt).TotalMilliseconds >= limitMs;

    /// <summary>Without a word over UDP: who still wants the call sends it again, and that is a new one.</summary>
    private void TurnAway(SipRequest request, SipFlow flow)
    {
        counters.Add(SipCounter.InviteTooOld);
        if (flow.Kind.IsReliable())
        {
            responder.Respond(request, flow, ServiceUnavailable, options.Transactions.OverloadRetryAfterSeconds);
        }
    }

    private void Refuse(SipRequest request, SipFlow flow)
    {
        counters.Add(SipCounter.RequestOverLimit);
        responder.Respond(request, flow, ServiceUnavailable, options.Transactions.OverloadRetryAfterSeconds);
    }

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
