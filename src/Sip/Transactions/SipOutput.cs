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

    public SipSendResult Send(SipFlow flow, SipMessage message, out byte[] bytes)
    {
        bytes = Write(message);
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
