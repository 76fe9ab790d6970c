using System.Buffers;
using Routing.Sip.Messages;
using Routing.Sip.Transport;

namespace Routing.Sip.Transactions;

/// <summary>Writes and sends messages, and counts them. The bytes are returned for repeats. Belongs to the loop's thread.</summary>
internal sealed class SipOutput(SipCounters counters)
{
    private const int InitialBufferBytes = 4_096;

    private readonly ArrayBufferWriter<byte> _buffer = new(InitialBufferBytes);

    /// <summary>The message as an array of its own; the buffer it grows in is used again for each.</summary>
    public byte[] Write(SipMessage message)
    {
        _buffer.ResetWrittenCount();
        SipWriter.Write(message, _buffer);
        return _buffer.WrittenSpan.ToArray();
    }

    /// <summary>A message that is sent once.</summary>
    public SipSendResult Send(SipFlow flow, SipMessage message) => message is SipRequest request
        ? SendRequest(flow, request.Method, Write(request))
        : SendResponse(flow, ((SipResponse)message).StatusCode, Write(message));

    /// <summary>A request that was written, for the first time or again.</summary>
    public SipSendResult SendRequest(SipFlow flow, string method, byte[] bytes)
    {
        SipSendResult result = flow.Transport.Send(flow, bytes);
        if (result == SipSendResult.Sent)
        {
            counters.CountRequestOut(method);
        }
        else
        {
            counters.Add(SipCounter.SendFailed);
        }

        return result;
    }

    /// <summary>A response that was written, for the first time or again.</summary>
    public SipSendResult SendResponse(SipFlow flow, int statusCode, byte[] bytes)
    {
        SipSendResult result = flow.Transport.Send(flow, bytes);
        if (result == SipSendResult.Sent)
        {
            counters.CountResponseOut(statusCode);
        }
        else
        {
            counters.Add(SipCounter.SendFailed);
        }

        return result;
    }
}
