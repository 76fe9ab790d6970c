using System.Net;
using System.Net.Sockets;
using Routing.Sip.Rtp;
using Routing.TestKit.Time;
using Xunit;

namespace Routing.Sip.Tests.Rtp;

/// <summary>Packets are received on real sockets; the clock is the test's, except where the pace itself is measured.</summary>
public sealed class RtpHoldPlayerTests : IDisposable
{
    private const int FirstPort = 17_000;
    private const int LastPort = 17_199;
    private const int ReceiveLimitMilliseconds = 60_000;

    private readonly ManualTimeProvider _time = new();
    private readonly Random _random = new(7);
    private readonly Socket _phone = NewPhone();
    private readonly byte[] _buffer = new byte[2_048];

    private IPEndPoint PhoneAddress => (IPEndPoint)_phone.LocalEndPoint!;

    public void Dispose() => _phone.Dispose();

    [Theory]
    [InlineData(RtpCodec.Pcmu, 0)]
    [InlineData(RtpCodec.Pcma, 8)]
    public void Packets_carry_the_tone_with_dense_numbers_and_timestamps(RtpCodec codec, byte payloadType)
    {
        using RtpHoldPlayer player = NewPlayer();
        using RtpHoldStream stream = player.Open(IPAddress.Loopback);
        stream.Start(codec, payloadType, PhoneAddress);
        List<(RtpPacket Header, byte[] Payload)> packets = PlayAndReceive(player, 40);

        (RtpPacket first, _) = packets[0];
        for (int i = 0; i < packets.Count; i++)
        {
            (RtpPacket header, byte[] payload) = packets[i];
            Assert.Equal(i == 0, header.Marker);
            Assert.Equal(payloadType, header.PayloadType);
            Assert.Equal((ushort)(first.SequenceNumber + i), header.SequenceNumber);
            Assert.Equal(first.Timestamp + (uint)(i * 160), header.Timestamp);
            Assert.Equal(first.Ssrc, header.Ssrc);
            Assert.Equal(160, payload.Length);
        }

        // 40 packets are the 800 ms of the beep: as loud as asked for, and of the frequency asked for.
        short[] samples = [.. packets.SelectMany(packet => packet.Payload).Select(code => G711.Decode(codec, code))];
        Assert.InRange(FrequencyOf(samples), 437, 443);
        Assert.InRange(samples.Max(), (short)(32_767 * 0.17), (short)(32_767 * 0.19));
    }

    [Fact]
    public void The_tone_is_followed_by_quiet_and_begins_again()
    {
        using RtpHoldPlayer player = NewPlayer();
        using RtpHoldStream stream = player.Open(IPAddress.Loopback);
        stream.Start(RtpCodec.Pcmu, 0, PhoneAddress);
        List<(RtpPacket Header, byte[] Payload)> packets = PlayAndReceive(player, 140);

        Assert.All(packets[41..100], packet => Assert.All(packet.Payload, code => Assert.Equal(0, G711.Decode(RtpCodec.Pcmu, code))));
        Assert.Equal(packets[..40].Select(packet => packet.Payload), packets[100..140].Select(packet => packet.Payload));
    }

    [Theory]
    [InlineData(RtpCodec.Pcmu, RtpCodec.Pcmu)]
    [InlineData(RtpCodec.Pcma, RtpCodec.Pcma)]
    [InlineData(RtpCodec.Pcma, RtpCodec.Pcmu)]
    [InlineData(RtpCodec.Pcmu, RtpCodec.Pcma)]
    public void A_recording_is_played_once_from_its_beginning_byte_for_byte_or_in_the_other_law_and_silence_follows(RtpCodec recorded, RtpCodec spoken)
    {
        byte[] audio = [.. Enumerable.Range(0, 730).Select(static i => (byte)(i * 7))];
        RtpClip clip = new(recorded, audio);
        Assert.Equal(5, clip.PacketCount);
        using RtpHoldPlayer player = NewPlayer();
        using RtpHoldStream stream = player.Open(IPAddress.Loopback);
        stream.Start(spoken, 0, PhoneAddress);
        (RtpPacket tone, _) = PlayAndReceive(player, 3)[2];

        stream.Start(spoken, 0, PhoneAddress, clip);
        List<(RtpPacket Header, byte[] Payload)> packets = PlayAndReceive(player, 2);
        // A repeat changes nothing.
        stream.Start(spoken, 0, PhoneAddress, clip);
        packets.AddRange(PlayAndReceive(player, 3));
        Step(player, 20);

        Assert.Equal(0, _phone.Available);
        Assert.Equal([true, false, false, false, false], packets.Select(packet => packet.Header.Marker));
        Assert.Equal(Enumerable.Range(1, 5).Select(i => tone.Timestamp + (uint)(i * 160)), packets.Select(packet => packet.Header.Timestamp));
        byte[] heard = [.. packets.SelectMany(packet => packet.Payload)];
        Assert.Equal(audio.Select(code => recorded == spoken ? code : G711.Encode(spoken, G711.Decode(recorded, code))), heard[..audio.Length]);
        Assert.All(heard[audio.Length..], code => Assert.InRange(G711.Decode(spoken, code), -8, 8));
    }

    [Fact]
    public void A_recording_that_was_stopped_goes_on_where_it_stopped_and_nothing_of_it_is_lost_or_heard_twice()
    {
        byte[] audio = [.. Enumerable.Range(0, 800).Select(static i => (byte)(i * 7))];
        RtpClip clip = new(RtpCodec.Pcmu, audio);
        using RtpHoldPlayer player = NewPlayer();
        using RtpHoldStream stream = player.Open(IPAddress.Loopback);
        stream.Start(RtpCodec.Pcmu, 0, PhoneAddress, clip);
        List<(RtpPacket Header, byte[] Payload)> packets = PlayAndReceive(player, 2);
        // Hold and resume, by Stop and by an address that takes nothing.
        stream.Stop();
        Step(player, 10);
        stream.Start(RtpCodec.Pcmu, 0, PhoneAddress, clip);
        packets.AddRange(PlayAndReceive(player, 1));
        stream.Start(RtpCodec.Pcmu, 0, new IPEndPoint(IPAddress.Any, 0), clip);
        Step(player, 10);
        stream.Start(RtpCodec.Pcmu, 0, PhoneAddress, clip);
        packets.AddRange(PlayAndReceive(player, 2));
        // Over, and stopped and resumed after that: silence.
        Step(player, 3);
        stream.Stop();
        stream.Start(RtpCodec.Pcmu, 0, PhoneAddress, clip);
        Step(player, 10);

        Assert.Equal(0, _phone.Available);
        Assert.Equal(audio, packets.SelectMany(packet => packet.Payload));
        Assert.Equal([true, false, true, true, false], packets.Select(packet => packet.Header.Marker));
        Assert.Equal([0, 1, 12, 23, 24], packets.Select(packet => (int)(packet.Header.Timestamp - packets[0].Header.Timestamp) / 160));
    }

    [Fact]
    public void A_recording_begins_anew_after_the_tone_and_where_it_is_told_to()
    {
        byte[] audio = [.. Enumerable.Range(0, 480).Select(static i => (byte)(i * 7))];
        RtpClip clip = new(RtpCodec.Pcmu, audio);
        using RtpHoldPlayer player = NewPlayer();
        using RtpHoldStream stream = player.Open(IPAddress.Loopback);
        stream.Start(RtpCodec.Pcmu, 0, PhoneAddress, clip, firstPacket: 1);
        byte[] heard = [.. PlayAndReceive(player, 2).SelectMany(packet => packet.Payload)];
        Assert.Equal(audio[160..], heard);
        stream.Start(RtpCodec.Pcmu, 0, PhoneAddress);
        PlayAndReceive(player, 1);
        stream.Start(RtpCodec.Pcmu, 0, PhoneAddress, clip);

        Assert.Equal(audio, PlayAndReceive(player, 3).SelectMany(packet => packet.Payload));
        stream.Start(RtpCodec.Pcmu, 0, PhoneAddress);
        stream.Start(RtpCodec.Pcmu, 0, PhoneAddress, clip, firstPacket: 3);
        Step(player, 3);
        Assert.Equal(0, _phone.Available);
    }

    [Fact]
    public void Stopping_keeps_the_port_and_starting_again_goes_on_in_time_with_a_marker()
    {
        using RtpHoldPlayer player = NewPlayer();
        using RtpHoldStream stream = player.Open(IPAddress.Loopback);
        stream.Start(RtpCodec.Pcmu, 0, PhoneAddress);
        (RtpPacket before, _) = PlayAndReceive(player, 3)[2];
        stream.Stop();
        Assert.Equal(0, player.Snapshot().StreamsPlaying);
        Step(player, 10);
        Assert.Equal(0, _phone.Available);

        stream.Start(RtpCodec.Pcma, 8, PhoneAddress);
        (RtpPacket after, _) = PlayAndReceive(player, 1)[0];

        Assert.True(after.Marker);
        Assert.Equal((ushort)(before.SequenceNumber + 1), after.SequenceNumber);
        Assert.Equal(before.Timestamp + (11 * 160), after.Timestamp);
        Assert.Equal(before.Ssrc, after.Ssrc);
    }

    [Fact]
    public void A_late_thread_catches_up_to_its_limit_and_skips_the_rest_with_a_marker()
    {
        using RtpHoldPlayer player = NewPlayer();
        using RtpHoldStream stream = player.Open(IPAddress.Loopback);
        stream.Start(RtpCodec.Pcmu, 0, PhoneAddress);
        (RtpPacket before, _) = PlayAndReceive(player, 1)[0];

        _time.Advance(TimeSpan.FromMilliseconds(200));
        player.RunDue();

        List<(RtpPacket Header, byte[] Payload)> late = Receive(5);
        Assert.Equal(0, _phone.Available);
        Assert.True(late[0].Header.Marker);
        Assert.Equal(before.Timestamp + (6 * 160), late[0].Header.Timestamp);
        Assert.Equal(before.Timestamp + (10 * 160), late[4].Header.Timestamp);
        Assert.Equal((ushort)(before.SequenceNumber + 5), late[4].Header.SequenceNumber);
        Assert.Equal(5, player.Snapshot().PacketsSkipped);
    }

    [Fact]
    public void A_destination_that_cannot_be_reached_costs_a_pause_and_nothing_else()
    {
        using RtpHoldPlayer player = NewPlayer();
        using RtpHoldStream stream = player.Open(IPAddress.Loopback);
        // From a loopback address nothing leads to another network: the send itself fails.
        stream.Start(RtpCodec.Pcmu, 0, new IPEndPoint(IPAddress.Parse("203.0.113.1"), 4_000));
        Step(player, 50);
        Assert.Equal(2, player.Snapshot().SendErrors);

        stream.Start(RtpCodec.Pcmu, 0, PhoneAddress);
        Step(player, 25);
        Assert.NotEmpty(Receive(1));
    }

    [Fact]
    public void A_phone_that_has_gone_away_does_not_end_the_stream()
    {
        using RtpHoldPlayer player = NewPlayer();
        using RtpHoldStream stream = player.Open(IPAddress.Loopback);
        IPEndPoint gone;
        using (Socket closed = NewPhone())
        {
            gone = (IPEndPoint)closed.LocalEndPoint!;
        }

        stream.Start(RtpCodec.Pcmu, 0, gone);
        Step(player, 100);
        stream.Start(RtpCodec.Pcmu, 0, PhoneAddress);
        Step(player, 30);
        Assert.NotEmpty(Receive(1));
    }

    [Theory]
    [InlineData("0.0.0.0", 4_000)]
    [InlineData("127.0.0.1", 0)]
    [InlineData("::1", 4_000)]
    public void An_address_on_hold_or_of_another_family_is_silence(string address, int port)
    {
        using RtpHoldPlayer player = NewPlayer();
        using RtpHoldStream stream = player.Open(IPAddress.Loopback);

        stream.Start(RtpCodec.Pcmu, 0, new IPEndPoint(IPAddress.Parse(address), port));
        Step(player, 5);

        Assert.False(stream.IsPlaying);
        Assert.Equal((0, 0), (player.Snapshot().PacketsSent, player.Snapshot().SendErrors));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void The_remote_address_is_learned_from_the_first_packets_only_when_asked_for(bool learns)
    {
        using RtpHoldPlayer player = NewPlayer(new RtpHoldOptions { LearnsRemote = learns, FirstPort = FirstPort, LastPort = LastPort, LearningLimitPackets = 2 });
        using RtpHoldStream stream = player.Open(IPAddress.Loopback);
        using Socket announced = NewPhone();
        stream.Start(RtpCodec.Pcmu, 0, (IPEndPoint)announced.LocalEndPoint!);
        byte[] packet = new byte[172];
        new RtpPacket(true, 0, 1, 1, 1).WriteHeader(packet);
        _phone.SendTo(packet, stream.Local);
        _phone.SendTo("no rtp"u8, stream.Local);
        Step(player, 2);

        Socket expected = learns ? _phone : announced;
        Assert.True(expected.Poll(TimeSpan.FromMilliseconds(ReceiveLimitMilliseconds), SelectMode.SelectRead));
        Assert.Equal(2, player.Snapshot().PacketsReceived);
    }

    [Fact]
    public void Ports_are_even_taken_one_a_call_passed_over_when_held_and_given_back()
    {
        using Socket other = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        other.Bind(new IPEndPoint(IPAddress.Loopback, 17_302));
        using RtpHoldPlayer player = NewPlayer(new RtpHoldOptions { FirstPort = 17_300, LastPort = 17_305 });
        RtpHoldStream first = player.Open(IPAddress.Loopback);
        RtpHoldStream second = player.Open(IPAddress.Loopback);
        Assert.Equal([17_300, 17_304], [first.Local.Port, second.Local.Port]);

        RtpPortsExhaustedException exception = Assert.Throws<RtpPortsExhaustedException>(() => player.Open(IPAddress.Loopback));
        Assert.Contains("17300-17305", exception.Message, StringComparison.Ordinal);
        first.Dispose();
        first.Dispose();
        player.RunDue();
        Assert.Null(player.TryOpen(new IPEndPoint(IPAddress.Loopback, 17_304)));
        RtpHoldStream again = player.TryOpen(new IPEndPoint(IPAddress.Loopback, 17_300))!;
        again.Dispose();
        second.Dispose();
        player.RunDue();

        RtpHoldSnapshot snapshot = player.Snapshot();
        Assert.Equal((0, 0, 0), (snapshot.StreamsOpen, snapshot.StreamsPlaying, snapshot.PortsUsed));
        Assert.Throws<ObjectDisposedException>(() => again.Start(RtpCodec.Pcmu, 0, PhoneAddress));
    }

    [Fact]
    public void The_thread_sends_no_packet_before_its_time_and_ends_with_the_player()
    {
        const int PacketCount = 50;
        RtpHoldOptions options = new() { FirstPort = FirstPort, LastPort = LastPort };
        RtpHoldPlayer player = new(options, TimeProvider.System, NextRandom);
        player.Start();
        RtpHoldStream stream = player.Open(IPAddress.Loopback);
        long began = TimeProvider.System.GetTimestamp();
        stream.Start(RtpCodec.Pcmu, 0, PhoneAddress);
        for (int i = 1; i <= PacketCount; i++)
        {
            Receive(1);
            // The schedule is absolute, so this holds however busy the machine is: a thread that was late may catch up with so many packets, and is never
            // ahead. How exact the pace is, load-tests measures.
            Assert.InRange(TimeProvider.System.GetElapsedTime(began).TotalMilliseconds, (i - 1 - options.CatchUpLimitPackets) * 20, double.MaxValue);
        }

        stream.Dispose();
        player.Dispose();
        Assert.Equal((0, 0), (player.Snapshot().StreamsOpen, player.Snapshot().PortsUsed));
        using Socket free = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        free.Bind(stream.Local);
    }

    private static Socket NewPhone()
    {
        Socket socket = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp) { ReceiveTimeout = ReceiveLimitMilliseconds };
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return socket;
    }

    /// <summary>Counts upward zero crossings between the first and the last: whole periods over the time they took.</summary>
    private static double FrequencyOf(short[] samples)
    {
        int[] crossings = [.. Enumerable.Range(1, samples.Length - 1).Where(i => samples[i - 1] < 0 && samples[i] >= 0)];
        return (crossings.Length - 1) * 8_000.0 / (crossings[^1] - crossings[0]);
    }

    private uint NextRandom() => (uint)_random.NextInt64(uint.MaxValue + 1L);

    private RtpHoldPlayer NewPlayer(RtpHoldOptions? options = null)
    {
        RtpHoldPlayer player = new(options ?? new RtpHoldOptions { FirstPort = FirstPort, LastPort = LastPort }, _time, NextRandom);
        // The instant of the start is a packet time too: over before any stream is open.
        player.RunDue();
        return player;
    }

    private void Step(RtpHoldPlayer player, int packets)
    {
        for (int i = 0; i < packets; i++)
        {
            _time.Advance(TimeSpan.FromMilliseconds(20));
            player.RunDue();
        }
    }

    private List<(RtpPacket Header, byte[] Payload)> PlayAndReceive(RtpHoldPlayer player, int packets)
    {
        List<(RtpPacket Header, byte[] Payload)> received = [];
        for (int i = 0; i < packets; i++)
        {
            Step(player, 1);
            received.AddRange(Receive(1));
        }

        return received;
    }

    private List<(RtpPacket Header, byte[] Payload)> Receive(int packets)
    {
        List<(RtpPacket Header, byte[] Payload)> received = [];
        while (received.Count < packets)
        {
            int bytes = _phone.Receive(_buffer);
            Assert.True(RtpPacket.TryParse(_buffer.AsSpan(0, bytes), out RtpPacket header, out ReadOnlySpan<byte> payload));
            received.Add((header, payload.ToArray()));
        }

        return received;
    }
}
