using System.Net;
using System.Text;
using Routing.Contracts.Commands;
using Routing.Contracts.Effects;
using Routing.Contracts.Ids;
using Routing.Contracts.Views;
using Routing.Gateway.Telephony.Calls;
using Routing.Sip.Sdp;
using Xunit;

namespace Routing.Gateway.Tests.Telephony.Rig;

/// <summary>One call machine and the words in which its tests speak.</summary>
internal sealed class MachineRig
{
    public static readonly CallId Call = CallId.Of("call1");
    public static readonly OfferId Offer = new(Call, 1);
    public static readonly IPEndPoint Hold = new(IPAddress.Parse("127.0.0.9"), 20_000);
    public static readonly SessionDescription CallerSdp = Sdp("127.0.0.2", 40_000);
    public static readonly SessionDescription AgentSdp = Sdp("127.0.0.3", 42_000);

    public CallMachine Machine { get; } = new(Call, leg => new LegMedia(100 + leg, "127.0.0.9"));

    public static CallArrived Arrival { get; } = new()
    {
        Call = Call,
        Gateway = GatewayId.Of("gw"),
        Dnis = "1000",
        Ani = "555",
        Leg = new LegState(LegId.Of("caller"), default),
    };

    public static SessionDescription Sdp(string address, int port)
    {
        string text = $"v=0\r\no=x 1 1 IN IP4 {address}\r\ns=-\r\nc=IN IP4 {address}\r\nt=0 0\r\nm=audio {port} RTP/AVP 8 0\r\n";
        Assert.True(SessionDescription.TryParse(Encoding.UTF8.GetBytes(text), SdpLimits.Default, out var sdp, out _));
        return sdp;
    }

    public static OfferCall OfferTo(int phones) => new(Call)
    {
        Offer = Offer,
        Agent = AgentId.Of("alice"),
        SipUser = "alice",
        Queue = QueueId.Of("q"),
        Targets = [.. Enumerable.Range(0, phones).Select(static i => new PhoneBinding(GatewayId.Of("gw"), $"sip:alice@127.0.0.{i + 3}", null, "", 0, null, null, []))],
        RingTimeoutMs = 20_000,
        WaitedMs = 0,
    };

    public List<CallAction> Step(CallInput input) => Machine.Step(input);

    public List<CallAction> Effect(Effect effect, IPEndPoint? hold = null) => Step(new CallInput.Effected(effect, hold));

    public List<CallAction> Reply(Command command) => Step(new CallInput.Replied(command, CommandReply.Ok));

    public List<CallAction> ReplyAnswered(CommandReply reply) =>
        Step(new CallInput.Replied(new OfferAnswered(Offer, new LegState(LegId.Of("agent-1"), default)), reply));

    public List<CallAction> Arrive() => Step(new CallInput.Arrived(Arrival, CallerSdp));

    public void Committed()
    {
        Arrive();
        Reply(Arrival);
    }

    public void Hold1()
    {
        Committed();
        Effect(new AnswerCaller(Call, "tone"), Hold);
        Step(new CallInput.Acked(LegRef.Caller, null));
    }

    public List<CallAction> Ring() => Effect(OfferTo(1));

    public void Win()
    {
        Ring();
        Step(new CallInput.BranchAnswered(1, 0, "t", AgentSdp));
        ReplyAnswered(CommandReply.Ok);
    }

    public void Connect()
    {
        Committed();
        Win();
        Effect(new ConnectCall(Call, Offer));
        Step(new CallInput.Acked(LegRef.Caller, null));
    }
}
