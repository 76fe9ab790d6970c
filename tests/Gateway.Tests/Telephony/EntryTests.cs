using System.Net;
using System.Text;
using System.Text.Json;
using Routing.Contracts.Commands;
using Routing.Contracts.Effects;
using Routing.Contracts.Serialization;
using Routing.Gateway.Tests.Telephony.Rig;
using Routing.Sip.Messages;
using Xunit;

namespace Routing.Gateway.Tests.Telephony;

/// <summary>What the domain's rules need of an INVITE, and the redirect that they may end it with.</summary>
public sealed class EntryTests
{
    [Fact]
    public async Task A_redirected_caller_gets_302_with_the_address_as_contact()
    {
        await using var rig = await GatewayRig.StartAsync();
        rig.Arrive();

        rig.Effect(new EndCaller(rig.CallId, 302, "closed", Contact: "sip:night@192.0.2.20;transport=tcp"));

        Assert.Equal((302, "<sip:night@192.0.2.20;transport=tcp>"), (rig.Caller.LastResponse.StatusCode, rig.Caller.LastResponse.Headers[HeaderId.Contact]));
        rig.Effect(new ReleaseCall(rig.CallId));
        rig.AssertNothingIsLeft();
    }

    [Fact]
    public async Task Only_headers_that_rules_look_at_are_told_each_with_its_first_line_and_not_without_end()
    {
        await using var rig = await GatewayRig.StartAsync(new FakeHost().Edge with { Headers = ["X-Customer-Class", "Subject", "X-Long", "X-Absent"] });

        rig.Do(() => rig.Caller.Invite(GatewayRig.Number, Phone.Sdp("127.0.0.2", 40_000), static request =>
        {
            request.Headers.Add("x-customer-class", "gold");
            request.Headers.Add("X-Customer-Class", "silver");
            request.Headers.Add("s", "Order 17");
            request.Headers.Add("X-Long", new string('x', 1_000));
            request.Headers.Add("X-Secret", "not asked for");
        }));

        Assert.Equal(
            [new SipHeaderValue("X-Customer-Class", "gold"), new SipHeaderValue("Subject", "Order 17"), new SipHeaderValue("X-Long", new string('x', SipHeaderValue.MaxLengthChars))],
            rig.Host.Last<CallArrived>().Headers);
    }

    [Theory]
    [InlineData("X-Class", "X-Class: gold\r\nX-Class: silver\r\n", "gold")]
    [InlineData("X-Class", "X-Class: gold, silver\r\n", "gold, silver")]
    [InlineData("X-Class", "x-cLASS \t:\tgold \r\n", "gold")]
    [InlineData("x-class", "X-CLASS:gold\r\n", "gold")]
    [InlineData("X-Class", "X-Class:\r\n gold\r\n\t  card\r\n", "gold card")]
    [InlineData("X-Class", "X-Class:\r\n", "")]
    [InlineData("X-Class", "X-Class-2: gold\r\nX-Clas: gold\r\n", null)]
    [InlineData("Subject", "s: Order 17\r\n", "Order 17")]
    [InlineData("s", "Subject: Order 17\r\n", "Order 17")]
    [InlineData("Q", "q: one letter that stands for nothing\r\n", "one letter that stands for nothing")]
    [InlineData("X-Class", "X-Class: K\u00e4se\r\n", "K\u00e4se")]
    [InlineData("X-Class", "X-Class: K\u00c3\u00a4se\r\n", "K\u00e4se")]
    [InlineData("X-Class", "X-Class: \u00c3 \u00ff\u00fe\r\n", "\u00c3 \u00ff\u00fe")]
    public async Task A_header_is_told_as_it_was_meant_however_it_was_written(string asked, string lines, string? told)
    {
        await using var rig = await GatewayRig.StartAsync(new FakeHost().Edge with { Headers = [asked] });

        // A character of the line is a byte on the wire.
        InviteWith(rig, Encoding.Latin1.GetBytes(lines));

        Assert.Equal(told is null ? [] : [new SipHeaderValue(asked, told)], rig.Host.Last<CallArrived>().Headers);
    }

    [Theory]
    [InlineData(0, SipHeaderValue.MaxLengthChars)]
    [InlineData(1, SipHeaderValue.MaxLengthChars - 1)]
    public async Task An_over_long_value_is_cut_between_characters_and_can_be_stored(int before, int lengthChars)
    {
        await using var rig = await GatewayRig.StartAsync(new FakeHost().Edge with { Headers = ["X-Class"] });

        InviteWith(rig, Encoding.UTF8.GetBytes($"X-Class: {new string('x', before)}{string.Concat(Enumerable.Repeat("\U0001F600", 200))}\r\n"));

        CallArrived arrived = rig.Host.Last<CallArrived>();
        string value = Assert.Single(arrived.Headers).Value;
        Assert.Equal(lengthChars, value.Length);
        var read = (CallArrived)JsonSerializer.Deserialize(JsonSerializer.SerializeToUtf8Bytes<Command>(arrived, ContractsJson.Default.Command), ContractsJson.Default.Command)!;
        Assert.Equal(value, Assert.Single(read.Headers).Value);
    }

    [Fact]
    public async Task A_callers_name_of_any_length_is_told_no_longer_than_its_limit()
    {
        await using var rig = await GatewayRig.StartAsync();

        rig.Do(() => rig.Caller.Invite(GatewayRig.Number, Phone.Sdp("127.0.0.2", 40_000), static request =>
            request.Headers.Set(HeaderId.From, $"\"{new string('n', 127)}\U0001F600{new string('n', 4_000)}\" <sip:caller@127.0.0.2>;tag=long")));

        Assert.Equal(new string('n', 127), rig.Host.Last<CallArrived>().DisplayName);
    }

    [Theory]
    [InlineData(9_000, 513)]
    [InlineData(0, 400)]
    public async Task What_is_no_header_line_or_beyond_its_limit_refuses_the_call(int lengthChars, int status)
    {
        await using var rig = await GatewayRig.StartAsync(new FakeHost().Edge with { Headers = ["X-Class"] });

        InviteWith(rig, Encoding.ASCII.GetBytes(lengthChars == 0 ? "X-Class: go\0ld\r\n" : $"X-Class: {new string('x', lengthChars)}\r\n"));

        Assert.DoesNotContain(rig.Host.Commands, static command => command is CallArrived);
        Assert.Contains(rig.Sent, text => text.StartsWith($"SIP/2.0 {status} ", StringComparison.Ordinal));
    }

    /// <summary>An INVITE with these header lines before all others.</summary>
    private static void InviteWith(GatewayRig rig, byte[] lines)
    {
        SipRequest request = rig.Caller.NewRequest(SipMethod.Invite, GatewayRig.Number, Phone.Sdp("127.0.0.2", 40_000));
        request.Headers.AddFirst(HeaderId.Via, $"SIP/2.0/UDP {rig.Caller.Transport.LocalEndPoint};branch=z9hG4bK-raw;rport");
        byte[] written = SipWriter.ToArray(request);
        int start = written.AsSpan().IndexOf("\r\n"u8) + 2;
        byte[] message = [.. written[..start], .. lines, .. written[start..]];
        rig.Do(() => rig.Caller.Transport.Send(rig.Caller.Transport.GetFlow(new IPEndPoint(IPAddress.Loopback, 5060)), message));
    }
}
