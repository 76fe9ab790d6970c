using System.Globalization;
using System.Net;
using Routing.Sip.Loop;
using Routing.Sip.Messages;
using Routing.Sip.Stack;
using Routing.Sip.Tests.Loop;
using Routing.Sip.Transactions;
using Routing.Sip.Transport;
using Xunit;

namespace Routing.Sip.Tests.Stack;

/// <summary>One stack and one raw peer on a network in memory, on virtual time.</summary>
internal sealed class StackHarness
{
    private int _lastCall;

    public StackHarness(SipTransportKind kind = SipTransportKind.Udp, int seed = 1, SipStackOptions? options = null, SipLoopOptions? loopOptions = null)
    {
        Driver = new LoopDriver(loopOptions);
        Random random = new(seed);
        Network = new InMemorySipNetwork(Driver.Loop, random);
        Stack = new SipStack(Driver.Loop, User, options, random.NextBytes);
        StackTransport = Network.Attach(kind, new IPEndPoint(IPAddress.Parse("10.0.0.1"), 5060));
        Stack.AddTransport(StackTransport);
        Peer = new RawPeer(Network.Attach(kind, new IPEndPoint(IPAddress.Parse("10.0.0.2"), 5070)), () => Driver.Elapsed);
        Kind = kind;
    }

    public LoopDriver Driver { get; }

    public InMemorySipNetwork Network { get; }

    public SipStack Stack { get; }

    public RecordingUser User { get; } = new();

    public InMemorySipTransport StackTransport { get; }

    public RawPeer Peer { get; }

    public SipTransportKind Kind { get; }

    public SipDestination ToPeer => SipDestination.To(Kind, Peer.Transport.LocalEndPoint);

    /// <summary>The peer's flow to the stack.</summary>
    public SipFlow PeerFlow => Peer.Transport.GetFlow(StackTransport.LocalEndPoint);

    public void Run() => Driver.Loop.RunUntilIdle();

    public void Advance(int milliseconds) => Driver.Advance(TimeSpan.FromMilliseconds(milliseconds));

    /// <summary>The process is stopped for so long: its timers are due when it goes on, and what came meanwhile is read after them.</summary>
    public void Freeze(int milliseconds)
    {
        Driver.Time.Advance(TimeSpan.FromMilliseconds(milliseconds));
        Run();
    }

    /// <summary>A request of the stack, without Via.</summary>
    public SipRequest NewRequest(string method)
    {
        SipUri uri = SipUri.Parse("sip:bob@10.0.0.2:5070");
        return SipRequest.Create(
            method, uri, new NameAddress(SipUri.Parse("sip:alice@10.0.0.1")).WithTag("a1"), new NameAddress(uri), $"call-{++_lastCall}@test", 1);
    }

    /// <summary>A request as the peer sends it.</summary>
    public SipRequest NewPeerRequest(string method, string branch, string? callId = null, int cseq = 1, string? via = null)
    {
        SipUri uri = SipUri.Parse("sip:queue@10.0.0.1");
        SipRequest request = SipRequest.Create(
            method, uri, new NameAddress(SipUri.Parse("sip:caller@10.0.0.2")).WithTag("p1"), new NameAddress(uri), callId ?? $"peer-{branch}", cseq);
        request.Headers.AddFirst(
            HeaderId.Via, via ?? string.Create(CultureInfo.InvariantCulture, $"SIP/2.0/{Kind.ToViaName()} 10.0.0.2:5070;branch={branch};rport"));
        return request;
    }

    /// <summary>Sends from the peer and lets everything run that follows at once.</summary>
    public void FromPeer(SipMessage message)
    {
        Peer.Send(PeerFlow, message);
        Run();
    }

    public SipClientTransaction Send(SipRequest request, RecordingClient client, string? branch = null)
    {
        SipClientTransaction transaction = Stack.SendRequest(request, ToPeer, client, branch);
        Run();
        return transaction;
    }

    /// <summary>The peer answers the newest request that it received.</summary>
    public void PeerAnswers(int statusCode, SipRequest? request = null)
    {
        FromPeer(SipResponse.For(request ?? Peer.LastRequest, statusCode, "p-tag"));
    }

    /// <summary>Nothing is left of anything: every live count of stack and loop is zero.</summary>
    public void AssertNothingLeaks()
    {
        SipCounters counters = Stack.Counters;
        Assert.Equal(0, counters[SipCounter.InviteClientLive]);
        Assert.Equal(0, counters[SipCounter.NonInviteClientLive]);
        Assert.Equal(0, counters[SipCounter.InviteServerLive]);
        Assert.Equal(0, counters[SipCounter.NonInviteServerLive]);
        Assert.Equal(0, counters[SipCounter.SuccessRetransmissionLive]);
        Assert.Equal(0, counters[SipCounter.ResolutionLive]);
        SipLoopSnapshot loop = Driver.Loop.Snapshot();
        Assert.Equal((0, 0), (loop.TimersLive, loop.InboxItems));
        Assert.Equal(0, Stack.TrackedConnectionCount);
    }
}
