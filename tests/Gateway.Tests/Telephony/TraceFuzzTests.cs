using System.Text;
using Routing.Contracts.Commands;
using Routing.Contracts.Effects;
using Routing.Gateway.Tests.Telephony.Rig;
using Routing.Sip.Messages;
using Xunit;

namespace Routing.Gateway.Tests.Telephony;

/// <summary>
/// What real phones sent in a whole call (INVITE, hold, INFO, BYE, responses), changed at random and sent to a gateway that serves another call: no fault reaches the SIP thread, that call
/// goes on, and in the end nothing is left. Seeds are in the test's name.
/// </summary>
public sealed class TraceFuzzTests
{
    private const int MessagesPerSeed = 1_500;
    private const int MessagesPerSecond = 50;
    private const int ChangesLimit = 4;
    private static readonly byte[] CallerSdp = Phone.Sdp("127.0.0.2", 40_000);

    private static readonly string[] Fragments =
    [
        "INVITE", "ACK", "CANCEL", "BYE", "UPDATE", "PRACK", "REFER", "SIP/2.0 200 OK", "SIP/2.0 481 No", "Require: 100rel\r\n", "Replaces: a;to-tag=b;from-tag=c\r\n", "Max-Forwards: 0\r\n",
        "Content-Length: 0\r\n", "Content-Type: multipart/mixed;boundary=x\r\n", ";tag=", ";branch=z9hG4bK", ";lr", "<sip:", ">", "\"", ",", "a=sendonly\r\n", "m=audio 0 RTP/AVP 0\r\n", "c=IN IP6 ::1\r\n", "0", "4294967296", "-1",
        "tel:+1", "sips:", "%00", "\r\n\r\n",
    ];

    [Theory]
    [InlineData(1)]
    [InlineData(4475)]
    [InlineData(20261122)]
    public async Task Changed_traces_of_one_call_do_not_touch_another_and_leave_nothing(int seed)
    {
        await using var rig = await GatewayRig.StartAsync();
        var trace = Record(rig);
        rig.Connect();
        var watched = (Call: rig.CallId, rig.Offer);
        Random random = new(seed);
        var fuzzer = rig.NewPhone("fuzzer", 66);
        var flow = fuzzer.Transport.GetFlow(new(System.Net.IPAddress.Loopback, 5060));
        for (int i = 1; i <= MessagesPerSeed; i++)
        {
            byte[] message = Change(random, trace);
            rig.Do(() => fuzzer.Transport.Send(flow, message));
            if (i % MessagesPerSecond == 0)
            {
                rig.Pass(TimeSpan.FromSeconds(1));
            }
        }

        Assert.True(rig.Gateway.Snapshot().CallsConnected == 1, $"seed {seed}: the other call is gone");
        rig.Do(() => rig.Caller.Ask(SipMethod.Bye));
        rig.Effect(new EndAgentLeg(watched.Call, watched.Offer, "Caller left"));
        rig.Do(() => rig.Alice.Respond(SipMethod.Bye, 200));
        foreach (var call in rig.Host.Commands.OfType<CallArrived>().Select(static arrived => arrived.Call).Distinct().ToList())
        {
            rig.Effect(new ReleaseCall(call));
        }

        rig.AssertNothingIsLeft();
    }

    /// <summary>All that caller and agent sent to the gateway in a call of many words.</summary>
    private static List<byte[]> Record(GatewayRig rig)
    {
        List<byte[]> trace = [];
        var filter = rig.Network.Filter!;
        rig.Network.Filter = (flow, message) =>
        {
            if (flow.Remote.Port == 5060)
            {
                trace.Add(message.ToArray());
            }

            return filter(flow, message);
        };
        rig.Connect();
        rig.Do(() => rig.Caller.Ask(SipMethod.Invite, Phone.Sdp("127.0.0.2", 40_000, direction: "sendonly")));
        rig.Do(() => rig.Alice.Respond(SipMethod.Invite, 200, Phone.Sdp("127.0.0.3", 42_000, direction: "recvonly")));
        rig.Do(() => rig.Caller.Ack());
        rig.Do(() => rig.Caller.Ask(SipMethod.Update, CallerSdp));
        rig.Do(() => rig.Alice.Respond(SipMethod.Invite, 200, Phone.Sdp("127.0.0.3", 42_000)));
        rig.Do(() => rig.Alice.Ask(SipMethod.Info, "Signal=5\r\n"u8.ToArray(), "application/dtmf-relay"));
        rig.Do(() => rig.Caller.Respond(SipMethod.Info, 200));
        rig.Do(() => rig.Caller.Ask(SipMethod.Bye));
        rig.Effect(new EndAgentLeg(rig.CallId, rig.Offer, "Caller left"));
        rig.Do(() => rig.Alice.Respond(SipMethod.Bye, 200));
        rig.Effect(new ReleaseCall(rig.CallId));
        rig.Network.Filter = filter;
        Assert.InRange(trace.Count, 10, 30);
        return trace;
    }

    private static byte[] Change(Random random, List<byte[]> trace)
    {
        var lines = Encoding.Latin1.GetString(trace[random.Next(trace.Count)]).Split("\r\n").ToList();
        for (int i = random.Next(1, ChangesLimit + 1); i > 0; i--)
        {
            int at = random.Next(lines.Count);
            switch (random.Next(7))
            {
                case 0:
                    lines.RemoveAt(at);
                    lines.Add("");
                    break;
                case 1:
                    lines.Insert(at, lines[random.Next(lines.Count)]);
                    break;
                case 2:
                    // A line of another message: tags and branches meet that never met.
                    string[] other = Encoding.Latin1.GetString(trace[random.Next(trace.Count)]).Split("\r\n");
                    lines[at] = other[Math.Min(at, other.Length - 1)];
                    break;
                case 3:
                    int cut = random.Next(lines[at].Length + 1);
                    lines[at] = lines[at][..cut] + Fragments[random.Next(Fragments.Length)] + lines[at][cut..];
                    break;
                case 4:
                    lines[at] = lines[at].Replace(random.Next(10).ToString(System.Globalization.CultureInfo.InvariantCulture), Fragments[random.Next(Fragments.Length)], StringComparison.Ordinal);
                    break;
                case 5:
                    lines[0] = Fragments[random.Next(7)] + lines[0][Math.Max(0, lines[0].IndexOf(' ', StringComparison.Ordinal))..];
                    break;
                default:
                    lines[at] = lines[at][..random.Next(lines[at].Length + 1)];
                    break;
            }
        }

        return Encoding.Latin1.GetBytes(string.Join("\r\n", lines));
    }
}
