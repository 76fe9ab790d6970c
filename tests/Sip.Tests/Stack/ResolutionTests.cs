using System.Net;
using System.Net.Sockets;
using Routing.Sip.Messages;
using Routing.Sip.Stack;
using Routing.Sip.Transactions;
using Xunit;

namespace Routing.Sip.Tests.Stack;

public sealed class ResolutionTests
{
    private readonly FakeResolver _resolver = new();
    private readonly StackHarness _sip;
    private readonly RecordingClient _client = new();

    public ResolutionTests()
    {
        _sip = new StackHarness(options: new SipStackOptions { Resolver = _resolver, ResolutionLimitCount = 1 });
    }

    [Fact]
    public void A_name_is_looked_up_beside_the_loop_and_the_request_leaves_when_the_answer_comes()
    {
        Send("sip:bob@phone.example:5070");
        _sip.Run();
        Assert.Empty(_sip.Peer.Log);

        _resolver.Complete(answer => answer.SetResult([IPAddress.Parse("2001:db8::7"), IPAddress.Parse("10.0.0.2")]));
        _sip.Run();

        Assert.Equal(["OPTIONS@0"], _sip.Peer.Log);
        _sip.PeerAnswers(200);
        Assert.Equal([200], _client.Codes);
        _sip.Advance(5_000);
        _sip.AssertNothingLeaks();
    }

    [Fact]
    public void A_name_without_address_is_no_route()
    {
        Send("sip:bob@nowhere.example");
        _resolver.Complete(answer => answer.SetException(new SocketException((int)SocketError.HostNotFound)));
        _sip.Run();

        Assert.Equal([SipTransactionFailure.NoRoute], _client.Failures);
        _sip.AssertNothingLeaks();
    }

    [Fact]
    public void Too_many_look_ups_are_refused_and_an_invite_cancelled_meanwhile_is_never_sent()
    {
        var invite = (InviteClientTransaction)_sip.Stack.SendRequest(_sip.NewRequest(SipMethod.Invite), SipDestination.To(SipUri.Parse("sip:bob@phone.example:5070")), _client);
        Assert.True(invite.Cancel());
        RecordingClient second = new();
        _sip.Stack.SendRequest(_sip.NewRequest(SipMethod.Options), SipDestination.To(SipUri.Parse("sip:bob@other.example")), second);
        _sip.Run();
        Assert.Equal([SipTransactionFailure.LimitReached], second.Failures);
        Assert.Equal([SipTransactionFailure.CancelledBeforeSending], _client.Failures);

        _resolver.Complete(answer => answer.SetResult([IPAddress.Parse("10.0.0.2")]));
        _sip.Run();

        Assert.Empty(_sip.Peer.Log);
        _sip.AssertNothingLeaks();
    }

    private void Send(string uri)
    {
        _sip.Stack.SendRequest(_sip.NewRequest(SipMethod.Options), SipDestination.To(SipUri.Parse(uri)), _client);
    }

    private sealed class FakeResolver : ISipResolver
    {
        private readonly TaskCompletionSource<IReadOnlyList<IPAddress>> _answer = new();

        public Task<IReadOnlyList<IPAddress>> ResolveAsync(string host, CancellationToken cancellationToken) => _answer.Task;

        /// <summary>Answers; when it returns, the answer has been posted to the loop: without a context of the test framework the waiting code runs inside.</summary>
        public void Complete(Action<TaskCompletionSource<IReadOnlyList<IPAddress>>> answer)
        {
            SynchronizationContext? context = SynchronizationContext.Current;
            SynchronizationContext.SetSynchronizationContext(null);
            try
            {
                answer(_answer);
            }
            finally
            {
                SynchronizationContext.SetSynchronizationContext(context);
            }
        }
    }
}
