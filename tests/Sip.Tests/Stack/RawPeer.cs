using System.Text;
using Routing.Sip.Messages;
using Routing.Sip.Parsing;
using Routing.Sip.Transport;

namespace Routing.Sip.Tests.Stack;

/// <summary>The far end of a transport without any SIP logic: notes what arrives and when, sends what the test says.</summary>
internal sealed class RawPeer : ISipTransportSink
{
    private readonly Func<TimeSpan> _clock;

    public RawPeer(InMemorySipTransport transport, Func<TimeSpan> clock)
    {
        Transport = transport;
        _clock = clock;
        transport.Start(this);
    }

    public InMemorySipTransport Transport { get; }

    public List<(TimeSpan At, SipMessage Message, SipFlow Flow)> Received { get; } = [];

    public List<SipFlowCloseReason> Closed { get; } = [];

    /// <summary>What arrived as "INVITE@500", "200@0": method or status and milliseconds.</summary>
    public IReadOnlyList<string> Log => [.. Received.Select(entry => $"{NameOf(entry.Message)}@{entry.At.TotalMilliseconds}")];

    public SipRequest LastRequest => Received.Select(entry => entry.Message).OfType<SipRequest>().Last();

    public SipResponse LastResponse => Received.Select(entry => entry.Message).OfType<SipResponse>().Last();

    public void Send(SipFlow flow, SipMessage message) => Transport.Send(flow, SipWriter.ToArray(message));

    public void SendText(SipFlow flow, string text) => Transport.Send(flow, Encoding.UTF8.GetBytes(text.ReplaceLineEndings("\r\n")));

    public void OnMessage(SipFlow flow, SipMessage message) => Received.Add((_clock(), message, flow));

    public void OnRefused(SipFlow flow, SipParseError error) => throw new InvalidOperationException($"The stack sent what no parser takes: {error.Reason}.");

    public void OnFlowClosed(SipFlow flow, SipFlowCloseReason reason) => Closed.Add(reason);

    private static string NameOf(SipMessage message) => message is SipRequest request ? request.Method : $"{((SipResponse)message).StatusCode}";
}
