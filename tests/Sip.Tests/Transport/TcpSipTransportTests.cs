using System.Net;
using System.Net.Sockets;
using System.Text;
using Routing.Sip.Loop;
using Routing.Sip.Parsing;
using Routing.Sip.Tests.Loop;
using Routing.Sip.Transport;
using Xunit;

namespace Routing.Sip.Tests.Transport;

/// <summary>Real connections over loopback; the clock of the time-outs is the test's.</summary>
public sealed class TcpSipTransportTests : IDisposable
{
    private readonly LoopDriver _driver = new();
    private readonly CollectingSink _sink = new();
    private readonly TcpSipTransport _server;

    public TcpSipTransportTests()
    {
        _server = NewTransport(new SipListenOptions { ConnectionsPerSourceLimit = 3, WriteQueueLimitBytes = 64 * 1_024 });
        _server.Start(_sink);
    }

    public void Dispose() => _server.Dispose();

    [Fact]
    public async Task Messages_are_cut_from_the_stream_however_it_is_split()
    {
        using Socket phone = Wire.Connect(_server.LocalEndPoint);
        foreach (byte single in Wire.Options("t1", "body"))
        {
            phone.Send([single]);
        }

        phone.Send([.. Wire.Options("t2"), .. Wire.Options("t3", "x"), .. Wire.Options("t4").AsSpan(0, 40)]);
        phone.Send(Wire.Options("t4").AsSpan(40));

        foreach (string expected in (string[])["t1", "t2", "t3", "t4"])
        {
            (SipFlow flow, var message) = await _sink.NextMessageAsync();
            Assert.Equal(expected, message.CallId);
            Assert.Equal(phone.LocalEndPoint, flow.Remote);
        }
    }

    [Fact]
    public async Task A_connection_that_brings_no_message_is_closed_in_spite_of_keep_alives()
    {
        using Socket silent = Wire.Connect(_server.LocalEndPoint);
        silent.Send("\r\n\r\n"u8);
        byte[] pong = new byte[2];
        await silent.ReceiveAsync(pong);
        using Socket phone = Wire.Connect(_server.LocalEndPoint);
        phone.Send(Wire.Options("first"));
        (SipFlow flow, _) = await _sink.NextMessageAsync();

        _driver.Advance(TimeSpan.FromSeconds(31));

        (SipFlow closed, SipFlowCloseReason reason) = await _sink.NextClosedAsync();
        Assert.Equal((silent.LocalEndPoint, SipFlowCloseReason.Idle), (closed.Remote, reason));
        Assert.True(_server.IsOpen(flow));
    }

    [Fact]
    public async Task Two_connections_of_one_phone_are_two_flows_and_answers_stay_on_each()
    {
        using Socket one = Wire.Connect(_server.LocalEndPoint);
        using Socket two = Wire.Connect(_server.LocalEndPoint);
        one.Send(Wire.Options("c1"));
        (SipFlow flowOne, _) = await _sink.NextMessageAsync();
        two.Send(Wire.Options("c2"));
        (SipFlow flowTwo, _) = await _sink.NextMessageAsync();
        Assert.NotEqual(flowOne, flowTwo);

        Assert.Equal(SipSendResult.Sent, _server.Send(flowTwo, "to two"u8.ToArray()));
        Assert.Equal(SipSendResult.Sent, _server.Send(flowOne, "to one"u8.ToArray()));

        Assert.Equal("to one", Wire.ReadText(one));
        Assert.Equal("to two", Wire.ReadText(two));
        one.Close();
        Assert.Equal((flowOne, SipFlowCloseReason.PeerClosed), await _sink.NextClosedAsync());
        Assert.Equal(SipSendResult.FlowClosed, _server.Send(flowOne, Wire.Options("c3")));
        Assert.False(_server.IsOpen(flowOne));
        Assert.True(_server.IsOpen(flowTwo));
    }

    [Fact]
    public void A_double_line_break_is_answered_with_a_single_one()
    {
        using Socket phone = Wire.Connect(_server.LocalEndPoint);
        phone.Send("\r\n\r\n"u8);

        Assert.Equal("\r\n", Wire.ReadText(phone));
    }

    [Fact]
    public async Task An_outgoing_connection_is_made_once_and_used_again()
    {
        using TcpSipTransport client = NewTransport();
        CollectingSink clientSink = new();
        client.Start(clientSink);
        SipFlow flow = client.GetFlow(_server.LocalEndPoint);
        Assert.Equal(flow, client.GetFlow(_server.LocalEndPoint));
        Assert.Equal(SipSendResult.Sent, client.Send(flow, Wire.Options("o1")));
        Assert.Equal(SipSendResult.Sent, client.Send(flow, Wire.Options("o2")));

        (SipFlow arrival, var first) = await _sink.NextMessageAsync();
        Assert.Equal("o1", first.CallId);
        Assert.Equal("o2", (await _sink.NextMessageAsync()).Message.CallId);
        Assert.Equal(1, _server.ConnectionCount);

        // The way back is the same connection, also for requests of ours.
        Assert.Equal(arrival, _server.GetFlow(arrival.Remote));
        _server.Send(arrival, Wire.Options("o3"));
        Assert.Equal("o3", (await clientSink.NextMessageAsync()).Message.CallId);
    }

    [Fact]
    public async Task An_outgoing_connection_comes_from_the_address_that_is_listened_at()
    {
        using TcpSipTransport client = new(new IPEndPoint(IPAddress.Parse("127.0.0.77"), 0), _driver.Loop);
        client.Start(new CollectingSink());

        client.Send(client.GetFlow(_server.LocalEndPoint), Wire.Options("o1"));

        Assert.Equal(client.LocalEndPoint.Address, (await _sink.NextMessageAsync()).Flow.Remote.Address);
    }

    [Fact]
    public async Task A_refused_connection_closes_its_flow()
    {
        IPEndPoint nobody;
        using (TcpSipTransport closed = NewTransport())
        {
            nobody = closed.LocalEndPoint;
        }

        SipFlow flow = _server.GetFlow(nobody);
        Assert.Equal(SipSendResult.Sent, _server.Send(flow, Wire.Options("r1")));

        Assert.Equal((flow, SipFlowCloseReason.ConnectFailed), await _sink.NextClosedAsync());
        Assert.Equal(0, _server.ConnectionCount);
    }

    [Fact]
    public async Task Above_the_limit_of_one_source_a_connection_is_closed_at_once()
    {
        Socket[] phones = [.. Enumerable.Range(0, 3).Select(_ => Wire.Connect(_server.LocalEndPoint))];
        for (int i = 0; i < phones.Length; i++)
        {
            phones[i].Send(Wire.Options($"l{i}"));
            await _sink.NextMessageAsync();
        }

        using Socket fourth = Wire.Connect(_server.LocalEndPoint);
        Assert.True(Wire.IsClosedByPeer(fourth));
        Assert.Equal((3, 1), (_server.ConnectionCount, _server.RefusedConnectionCount));

        phones[0].Dispose();
        await _sink.NextClosedAsync();
        using Socket fifth = Wire.Connect(_server.LocalEndPoint);
        fifth.Send(Wire.Options("l5"));
        Assert.Equal("l5", (await _sink.NextMessageAsync()).Message.CallId);
    }

    [Fact]
    public async Task A_message_that_never_gets_complete_ends_its_connection_and_no_other()
    {
        ReadWatch reads = new();
        SipListenOptions options = new() { Guard = reads };
        using TcpSipTransport server = NewTransport(options);
        server.Start(_sink);
        using Socket slow = Wire.Connect(server.LocalEndPoint);
        using Socket good = Wire.Connect(server.LocalEndPoint);
        slow.Send(Wire.Options("s0"));
        good.Send(Wire.Options("s2"));
        await _sink.NextMessageAsync();
        await _sink.NextMessageAsync();
        reads.Forget();

        byte[] half = Wire.Options("s1").AsSpan(0, 60).ToArray();
        await SendAndWaitUntilNotedAsync(half.AsSpan(0, 40).ToArray());
        _driver.Advance(TimeSpan.FromSeconds(5));
        // Trickling gives the message no more time.
        await SendAndWaitUntilNotedAsync(half.AsSpan(40).ToArray());
        _driver.Advance(TimeSpan.FromSeconds(options.IncompleteMessageLimitSeconds - 6));
        Assert.Equal(2, server.ConnectionCount);

        _driver.Advance(TimeSpan.FromSeconds(1));

        (SipFlow closed, SipFlowCloseReason reason) = await _sink.NextClosedAsync();
        Assert.Equal((slow.LocalEndPoint, SipFlowCloseReason.IncompleteMessage), (closed.Remote, reason));
        Assert.True(Wire.IsClosedByPeer(slow));
        Assert.Equal(1, server.ConnectionCount);

        // The clock stands still meanwhile. The last byte is read only after those before it were noted.
        async Task SendAndWaitUntilNotedAsync(byte[] bytes)
        {
            slow.Send(bytes.AsSpan(0, bytes.Length - 1));
            await reads.NextFromAsync(slow.LocalEndPoint);
            slow.Send(bytes.AsSpan(bytes.Length - 1));
            await reads.NextFromAsync(slow.LocalEndPoint);
        }
    }

    [Fact]
    public async Task A_silent_connection_is_closed_after_the_idle_time_and_the_sweep_ends_with_the_last()
    {
        using Socket phone = Wire.Connect(_server.LocalEndPoint);
        phone.Send(Wire.Options("i1"));
        (SipFlow flow, _) = await _sink.NextMessageAsync();
        _driver.Advance(TimeSpan.FromSeconds(299));
        Assert.True(_server.IsOpen(flow));

        _driver.Advance(TimeSpan.FromSeconds(2));

        Assert.Equal((flow, SipFlowCloseReason.Idle), await _sink.NextClosedAsync());
        Assert.True(Wire.IsClosedByPeer(phone));
        _driver.Advance(TimeSpan.FromSeconds(2));
        Assert.Equal(0, _driver.Loop.Snapshot().TimersLive);
    }

    [Fact]
    public async Task A_peer_that_does_not_read_is_cut_off_when_the_write_queue_is_full()
    {
        using Socket phone = Wire.Connect(_server.LocalEndPoint);
        phone.Send(Wire.Options("w1"));
        (SipFlow flow, _) = await _sink.NextMessageAsync();
        byte[] large = new byte[16 * 1_024];
        SipSendResult result = SipSendResult.Sent;
        int sent = 0;
        for (; sent < 10_000 && result == SipSendResult.Sent; sent++)
        {
            result = _server.Send(flow, large);
        }

        Assert.Equal(SipSendResult.QueueFull, result);
        Assert.Equal((flow, SipFlowCloseReason.WriteQueueFull), await _sink.NextClosedAsync());
        Assert.Equal(SipSendResult.FlowClosed, _server.Send(flow, large));
    }

    [Fact]
    public async Task Bytes_that_the_socket_did_not_take_at_once_arrive_whole_and_in_order()
    {
        const int MessageBytes = 20_000;
        const int MessageCount = 300;
        using TcpSipTransport server = NewTransport(new SipListenOptions { WriteQueueLimitBytes = MessageBytes * MessageCount });
        server.Start(_sink);
        using Socket phone = Wire.Connect(server.LocalEndPoint);
        phone.Send(Wire.Options("b1"));
        (SipFlow flow, _) = await _sink.NextMessageAsync();
        List<byte> expected = [];
        Random random = new(5);
        for (int i = 0; i < MessageCount; i++)
        {
            byte[] message = new byte[MessageBytes];
            random.NextBytes(message);
            expected.AddRange(message);
            Assert.Equal(SipSendResult.Sent, server.Send(flow, message));
        }

        // Nobody has read so far: all but what the two sockets hold waits in the queue.
        Task<byte[]> reading = Task.Run(() => ReadExactly(phone, MessageBytes * MessageCount));
        byte[] arrived = await reading;
        Assert.True(expected.ToArray().AsSpan().SequenceEqual(arrived), "Bytes were lost or came out of order.");
    }

    [Fact]
    public async Task A_stream_that_cannot_be_cut_is_closed_after_the_refusal_was_handed_on()
    {
        using SipLoop loop = new(TimeProvider.System);
        using TcpSipTransport server = new(Wire.AnyLoopbackPort, loop);
        server.Start(_sink);
        loop.Start();
        using Socket phone = Wire.Connect(server.LocalEndPoint);
        phone.Send(Encoding.ASCII.GetBytes("GET / HTTP/1.1\r\nHost: x\r\n\r\n"));

        Assert.Equal(SipRejectionReason.NotSip, (await _sink.NextRefusedAsync()).Error.Reason);
        Assert.Equal(SipFlowCloseReason.BadFraming, (await _sink.NextClosedAsync()).Reason);
        Assert.True(Wire.IsClosedByPeer(phone));
    }

    [Fact]
    public async Task Ending_the_transport_closes_every_connection_and_frees_the_port()
    {
        using Socket phone = Wire.Connect(_server.LocalEndPoint);
        phone.Send(Wire.Options("e1"));
        await _sink.NextMessageAsync();
        SipBindException inUse = Assert.Throws<SipBindException>(() => new TcpSipTransport(_server.LocalEndPoint, _driver.Loop));
        Assert.True(inUse.IsPortInUse);

        _server.Dispose();

        Assert.Equal(SipFlowCloseReason.Stopped, (await _sink.NextClosedAsync()).Reason);
        Assert.True(Wire.IsClosedByPeer(phone));
        using TcpSipTransport again = new(_server.LocalEndPoint, _driver.Loop);
    }

    private static byte[] ReadExactly(Socket socket, int count)
    {
        byte[] bytes = new byte[count];
        int read = 0;
        while (read < count)
        {
            int now = socket.Receive(bytes.AsSpan(read));
            Assert.NotEqual(0, now);
            read += now;
        }

        return bytes;
    }

    private TcpSipTransport NewTransport(SipListenOptions? options = null) => new(Wire.AnyLoopbackPort, _driver.Loop, options);
}
