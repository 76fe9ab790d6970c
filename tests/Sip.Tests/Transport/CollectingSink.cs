using System.Threading.Channels;
using Routing.Sip.Messages;
using Routing.Sip.Parsing;
using Routing.Sip.Transport;

namespace Routing.Sip.Tests.Transport;

/// <summary>Hands what a transport delivers to the test, which waits for it.</summary>
internal sealed class CollectingSink : ISipTransportSink
{
    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(Wire.PatienceMilliseconds);

    private readonly Channel<(SipFlow Flow, SipMessage Message)> _messages = Channel.CreateUnbounded<(SipFlow, SipMessage)>();
    private readonly Channel<(SipFlow Flow, SipParseError Error)> _refused = Channel.CreateUnbounded<(SipFlow, SipParseError)>();
    private readonly Channel<(SipFlow Flow, SipFlowCloseReason Reason)> _closed = Channel.CreateUnbounded<(SipFlow, SipFlowCloseReason)>();

    public void OnMessage(SipFlow flow, SipMessage message) => _messages.Writer.TryWrite((flow, message));

    public void OnRefused(SipFlow flow, SipParseError error) => _refused.Writer.TryWrite((flow, error));

    public void OnFlowClosed(SipFlow flow, SipFlowCloseReason reason) => _closed.Writer.TryWrite((flow, reason));

    public Task<(SipFlow Flow, SipMessage Message)> NextMessageAsync() => NextAsync(_messages);

    public Task<(SipFlow Flow, SipParseError Error)> NextRefusedAsync() => NextAsync(_refused);

    public Task<(SipFlow Flow, SipFlowCloseReason Reason)> NextClosedAsync() => NextAsync(_closed);

    private static async Task<T> NextAsync<T>(Channel<T> channel)
    {
        using CancellationTokenSource patience = new(Patience);
        return await channel.Reader.ReadAsync(patience.Token);
    }
}
