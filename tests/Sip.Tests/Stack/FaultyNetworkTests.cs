using System.Net;
using Routing.Sip.Messages;
using Routing.Sip.Stack;
using Routing.Sip.Tests.Loop;
using Routing.Sip.Transactions;
using Routing.Sip.Transport;
using Xunit;

namespace Routing.Sip.Tests.Stack;

/// <summary>Two stacks on a network that loses, doubles and delays datagrams: every request ends, and nothing is left.</summary>
public sealed class FaultyNetworkTests
{
    private const int CallCount = 60;

    private readonly LoopDriver _driver = new();
    private readonly RecordingUser _caller = new();
    private readonly RecordingUser _callee = new();
    private readonly List<SuccessRetransmission> _unacknowledged = [];

    [Theory]
    [InlineData(1, 0, 0, 0)]
    [InlineData(2, 20, 0, 0)]
    [InlineData(3, 0, 50, 300)]
    [InlineData(4, 30, 30, 200)]
    [InlineData(20261121, 30, 30, 900)]
    public void Invites_and_byes_get_exactly_one_outcome_each_and_leave_nothing_behind(int seed, int lossPercent, int duplicationPercent, int delayMilliseconds)
    {
        InMemorySipNetwork network = new(_driver.Loop, new Random(seed))
        {
            LossPercent = lossPercent,
            DuplicationPercent = duplicationPercent,
            DelayLimit = TimeSpan.FromMilliseconds(delayMilliseconds),
        };
        SipStack callerStack = NewStack(network, _caller, "10.0.0.1", seed);
        SipStack calleeStack = NewStack(network, _callee, "10.0.0.2", seed + 1);
        _callee.WhenRequest = (transaction, flow) => Answer(calleeStack, transaction, flow);
        _callee.WhenAck = (ack, _) => Acknowledge(ack);
        List<(RecordingClient Invite, RecordingClient Bye)> calls = [.. Enumerable.Range(0, CallCount).Select(i => Call(callerStack, i))];

        _driver.Advance(TimeSpan.FromMinutes(8));

        Assert.All(calls, call => AssertOneOutcome(call.Invite, seed));
        Assert.All(calls.Where(call => call.Invite.Codes.Contains(200)), call => AssertOneOutcome(call.Bye, seed));
        Assert.Equal(_callee.Requests.Count, _callee.Requests.Select(request => (request.Request.CallId, request.Request.Method)).Distinct().Count());
        Assert.True(calls.Count(call => call.Invite.Codes.Contains(200)) > CallCount / 4, $"seed {seed}: hardly a call got through");
        AssertEmpty(callerStack);
        AssertEmpty(calleeStack);
        Assert.Equal((0, 0), (_driver.Loop.Snapshot().TimersLive, network.InFlightCount));
    }

    private static void AssertOneOutcome(RecordingClient client, int seed)
    {
        int finals = client.Codes.Where(code => code >= 200).Distinct().Count();
        Assert.True(finals + client.Failures.Count == 1, $"seed {seed}: {string.Join(',', client.Codes)} and {string.Join(',', client.Failures)}");
    }

    private static void AssertEmpty(SipStack stack)
    {
        Assert.All(Enum.GetValues<SipCounter>().Where(counter => counter.ToString().EndsWith("Live", StringComparison.Ordinal)), counter => Assert.Equal(0, stack.Counters[counter]));
    }

    private static SipRequest Request(string method, int call, int cseq)
    {
        SipUri uri = SipUri.Parse("sip:callee@10.0.0.2");
        return SipRequest.Create(method, uri, new NameAddress(SipUri.Parse("sip:caller@10.0.0.1")).WithTag($"c{call}"), new NameAddress(uri), $"call-{call}", cseq);
    }

    private SipStack NewStack(InMemorySipNetwork network, RecordingUser user, string address, int seed)
    {
        SipStack stack = new(_driver.Loop, user, null, new Random(seed).NextBytes);
        stack.AddTransport(network.Attach(SipTransportKind.Udp, new IPEndPoint(IPAddress.Parse(address), 5060)));
        return stack;
    }

    private (RecordingClient Invite, RecordingClient Bye) Call(SipStack stack, int call)
    {
        RecordingClient bye = new();
        bool sentBye = false;
        RecordingClient invite = new()
        {
            WhenResponse = (transaction, response, flow) =>
            {
                if (!response.IsSuccess)
                {
                    return;
                }

                stack.SendAck(Request(SipMethod.Ack, call, 1), SipDestination.To(flow));
                if (!sentBye)
                {
                    sentBye = true;
                    stack.SendRequest(Request(SipMethod.Bye, call, 2), SipDestination.To(flow), bye);
                }
            },
        };
        stack.SendRequest(Request(SipMethod.Invite, call, 1), SipDestination.To(SipUri.Parse("sip:callee@10.0.0.2")), invite);
        return (invite, bye);
    }

    /// <summary>Every third call is refused, every second rings first.</summary>
    private void Answer(SipStack stack, SipServerTransaction transaction, SipFlow flow)
    {
        SipRequest request = transaction.Request;
        int call = int.Parse(request.CallId.AsSpan("call-".Length), System.Globalization.CultureInfo.InvariantCulture);
        if (!request.IsInvite || call % 3 == 0)
        {
            transaction.Respond(SipResponse.For(request, request.IsInvite ? 486 : 200, "callee"));
            return;
        }

        if (call % 2 == 0)
        {
            transaction.Respond(SipResponse.For(request, 180, "callee"));
        }

        SipResponse success = SipResponse.For(request, 200, "callee");
        transaction.Respond(success);
        _unacknowledged.Add(stack.RetransmitSuccess(success, flow, _ => { }));
        transaction.UserState = _unacknowledged[^1];
    }

    private void Acknowledge(SipRequest ack) => _callee.Requests
        .Where(request => request.Request.IsInvite && request.Request.CallId == ack.CallId)
        .Select(request => request.UserState)
        .OfType<SuccessRetransmission>()
        .ToList()
        .ForEach(retransmission => retransmission.Stop());
}
