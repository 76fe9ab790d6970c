using Routing.Sip.Messages;
using Routing.Sip.Transport;

namespace Routing.Sip.Transactions;

/// <summary>Writes and sends messages, and counts them. The bytes are returned for repeats.</summary>
internal sealed class SipOutput(SipCounters counters)
{
    public SipSendResult Send(SipFlow flow, SipMessage message, out byte[] bytes)
    {
        bytes = SipWriter.ToArray(message);
        return Send(flow, message, bytes);
    }

    public SipSendResult Send(SipFlow flow, SipMessage message, byte[] bytes)
    {
        SipSendResult result = flow.Transport.Send(flow, bytes);
        if (result == SipSendResult.Sent)
        {
            counters.CountOut(message);
        }
        else
        {
            counters.Add(SipCounter.SendFailed);
        }

        return result;
    }
}
