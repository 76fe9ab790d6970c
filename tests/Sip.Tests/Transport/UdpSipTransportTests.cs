using System.Net;
using System.Net.Sockets;
using System.Text;
using Routing.Sip.Parsing;
using Routing.Sip.Transport;
using Routing.TestKit.Time;
using Xunit;

namespace Routing.Sip.Tests.Transport;

public sealed class UdpSipTransportTests : IDisposable
{
    private readonly UdpSipTransport _server = new(Wire.AnyLoopbackPort);
    private readonly CollectingSink _sink = new();

    public UdpSipTransportTests()
    {
        _server.Start(_sink);
    }

    public void Dispose() => _server.Dispose();

    [Fact]
    public async Task Messages_go_both_ways_on_the_flow_that_they_came_by()
    {
        using UdpSipTransport phone = new(Wire.AnyLoopbackPort);
        CollectingSink phoneSink = new();
        phone.Start(phoneSink);
        Assert.NotEqual(0, _server.LocalEndPoint.Port);

        Assert.Equal(SipSendResult.Sent, phone.Send(phone.GetFlow(_server.LocalEndPoint), Wire.Options("u1")));
        (SipFlow flow, var first) = await _sink.NextMessageAsync();
        Assert.Equal("u1", first.CallId);
        Assert.Equal(phone.LocalEndPoint, flow.Remote);
        Assert.False(flow.IsConnection);

        _server.Send(flow, Wire.Options("u2"));
        (SipFlow back, var second) = await phoneSink.NextMessageAsync();
        Assert.Equal("u2", second.CallId);
        Assert.Equal(phone.GetFlow(_server.LocalEndPoint), back);
    }

    [Fact]
    public async Task What_is_no_message_is_refused_with_its_reason()
    {
        using Socket socket = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        socket.SendTo(Encoding.ASCII.GetBytes("\r\n\r\n"), _server.LocalEndPoint);
        socket.SendTo([], _server.LocalEndPoint);
        socket.SendTo(Encoding.ASCII.GetBytes("hello\r\n\r\n"), _server.LocalEndPoint);

        Assert.Equal(SipRejectionReason.Empty, (await _sink.NextRefusedAsync()).Error.Reason);
        Assert.Equal(SipRejectionReason.Empty, (await _sink.NextRefusedAsync()).Error.Reason);
        Assert.Equal(SipRejectionReason.NotSip, (await _sink.NextRefusedAsync()).Error.Reason);
    }

    [Fact]
    public void A_port_in_use_is_told_in_one_line()
    {
        SipBindException exception = Assert.Throws<SipBindException>(() => new UdpSipTransport(_server.LocalEndPoint));

        Assert.True(exception.IsPortInUse);
        Assert.Equal($"Cannot listen for SIP on UDP {_server.LocalEndPoint}: the port is in use.", exception.Message);
    }

    [Fact]
    public void An_address_of_another_machine_is_told_in_one_line()
    {
        SipBindException exception = Assert.Throws<SipBindException>(() => new UdpSipTransport(new IPEndPoint(IPAddress.Parse("203.0.113.1"), 0)));

        Assert.False(exception.IsPortInUse);
        Assert.Contains("belongs to no interface", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void More_than_a_datagram_holds_is_too_large()
    {
        Assert.Equal(SipSendResult.TooLarge, _server.Send(_server.GetFlow(_server.LocalEndPoint), new byte[UdpSipTransport.DatagramLimitBytes + 1]));
    }

    [Fact]
    public async Task What_came_before_it_was_read_may_be_as_old_as_the_last_look_that_found_nothing()
    {
        ManualTimeProvider time = new();
        using UdpSipTransport late = new(Wire.AnyLoopbackPort, new SipListenOptions { Time = time });
        using Socket socket = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        socket.SendTo(Wire.Options("u4"), late.LocalEndPoint);
        socket.SendTo(Wire.Options("u5"), late.LocalEndPoint);
        time.Advance(TimeSpan.FromSeconds(3));
        CollectingSink sink = new();
        late.Start(sink);

        Assert.Equal(TimeSpan.FromSeconds(3), (await sink.NextMessageAsync()).Message.UnreadFor);
        Assert.Equal(TimeSpan.FromSeconds(3), (await sink.NextMessageAsync()).Message.UnreadFor);
    }

    [Fact]
    public void Ending_it_returns_though_the_thread_waits_and_frees_the_port()
    {
        IPEndPoint endPoint = _server.LocalEndPoint;
        _server.Dispose();
        _server.Dispose();

        using UdpSipTransport again = new(endPoint);
        Assert.Equal(endPoint, again.LocalEndPoint);
        Assert.Equal(SipSendResult.FlowClosed, _server.Send(_server.GetFlow(endPoint), Wire.Options("u3")));
    }

    [Fact]
    public void Bound_to_all_addresses_a_flow_still_names_the_one_that_the_other_side_reaches()
    {
        using UdpSipTransport any = new(new IPEndPoint(IPAddress.Any, 0));

        SipFlow flow = any.GetFlow(new IPEndPoint(IPAddress.Loopback, 5060));

        Assert.Equal(new IPEndPoint(IPAddress.Loopback, any.LocalEndPoint.Port), flow.Local);
        Assert.Equal("127.0.0.1", flow.SentByHost);
    }
}
