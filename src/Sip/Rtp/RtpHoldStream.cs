using System.Net;
using System.Net.Sockets;

namespace Routing.Sip.Rtp;

/// <summary>
/// The media end of one held call: a port of its own, from which it plays the hold tone, or a recording, once started. Made by
/// <see cref="RtpHoldPlayer.Open(IPAddress)"/>. <see cref="Start"/>, <see cref="Stop"/> and <see cref="Dispose"/> may be called from any
/// one thread; the socket is touched by the pacing thread only, so none of them waits.
/// <para>Timestamps follow the packet clock of the player also while nothing is sent, sequence numbers count packets: a pause looks to
/// the receiver like silence, its end carries the marker (RFC 3550 §5.1, RFC 3551 §4.1).</para>
/// </summary>
public sealed class RtpHoldStream : IDisposable
{
    private const int PacketBytes = RtpPacket.HeaderBytes + HoldTone.SamplesPerPacket;
    private const int ReceiveBytes = 2_048;

    private readonly RtpHoldPlayer _player;
    private readonly Socket _socket;
    private readonly uint _ssrc;
    private readonly uint _firstTimestamp;
    private readonly byte[] _packet = new byte[PacketBytes];
    private ushort _sequenceNumber;
    private RtpTarget? _target;
    private RtpClip? _lastClip;
    private int _starts;
    private int _disposed;

    // Of the pacing thread.
    private int _seenStart;
    private long _startTick;
    private int _clipPacket;
    private long _lastTick = -1;
    private long _pausedUntilTick;
    private int _learningPackets;

    internal RtpHoldStream(RtpHoldPlayer player, Socket socket, IPEndPoint local, int slot, Func<uint> random)
    {
        _player = player;
        _socket = socket;
        Local = local;
        Slot = slot;
        _ssrc = random();
        _firstTimestamp = random();
        _sequenceNumber = (ushort)random();
    }

    /// <summary>Address and port to put into the SDP.</summary>
    public IPEndPoint Local { get; }

    /// <summary>True between <see cref="Start"/> and <see cref="Stop"/>.</summary>
    public bool IsPlaying => Volatile.Read(ref _target) is not null;

    /// <summary>Millisecond of the 20 ms round in which this stream sends.</summary>
    internal int Slot { get; }

    /// <summary>
    /// Plays the tone from its beginning, or a recording once and then nothing; what plays already goes on, to a new address or in another codec. A recording that was stopped goes on where it stopped,
    /// unless the tone or another one was played since: who puts us on hold in the middle hears the rest. The first packet leaves within 20 ms.
    /// </summary>
    /// <param name="codec">Codec of the tone.</param>
    /// <param name="payloadType">Payload type agreed in the SDP, 0–127; the codec's static one is usual.</param>
    /// <param name="remote">Address from the SDP. With port 0 or an unspecified address (on hold) the stream stays silent.</param>
    /// <param name="clip">The recording; null for the tone.</param>
    /// <param name="firstPacket">Where a recording that does not go on begins, in packets of 20 ms.</param>
    public void Start(RtpCodec codec, byte payloadType, IPEndPoint remote, RtpClip? clip = null, int firstPacket = 0)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(firstPacket);
        ObjectDisposedException.ThrowIf(Volatile.Read(ref _disposed) != 0, this);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(payloadType, 127);
        if (remote.Port == 0 || remote.Address.Equals(IPAddress.Any) || remote.Address.Equals(IPAddress.IPv6Any)
            || remote.AddressFamily != Local.AddressFamily)
        {
            Stop();
            return;
        }

        bool goesOn = clip is null ? Volatile.Read(ref _target) is { Clip: null } : clip == _lastClip;
        _lastClip = clip;
        int serial = goesOn ? _starts : ++_starts;
        Replace(new RtpTarget(codec, payloadType, remote.Serialize(), clip, firstPacket, serial));
    }

    /// <summary>Sends no more; the port is kept. Nothing happens when it does not play.</summary>
    public void Stop() => Replace(null);

    /// <summary>Stops, and gives the port back (within some milliseconds, on the pacing thread).</summary>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _disposed, 1) == 0)
        {
            Stop();
            _player.Close(this);
        }
    }

    /// <summary>One packet time: reads what came in and sends the packet of this tick. Pacing thread only.</summary>
    internal void Tick(long tick)
    {
        Drain();
        RtpTarget? target = Volatile.Read(ref _target);
        if (target is null || tick < _pausedUntilTick)
        {
            return;
        }

        bool isFirst = target.Serial != _seenStart;
        if (isFirst)
        {
            _seenStart = target.Serial;
            _startTick = tick;
            _clipPacket = target.FirstPacket;
            _lastTick = tick - 1;
        }

        if (target.Clip is { } clip && _clipPacket >= clip.PacketCount)
        {
            return;
        }

        long skipped = tick - _lastTick - 1;
        Send(target, tick, marker: isFirst || skipped > 0);
        _lastTick = tick;
    }

    /// <summary>Closes the socket. Pacing thread only, after which it never ticks again.</summary>
    internal void CloseSocket() => _socket.Dispose();

    private void Send(RtpTarget target, long tick, bool marker)
    {
        RtpPacket header = new(
            marker, target.PayloadType, _sequenceNumber, unchecked(_firstTimestamp + (uint)(tick * HoldTone.SamplesPerPacket)), _ssrc);
        header.WriteHeader(_packet);
        HoldTone tone = _player.Tone;
        ReadOnlySpan<byte> payload = target.Clip is { } clip
            ? clip.Payload(target.Codec, _clipPacket++)
            : tone.Payload(target.Codec, (int)((tick - _startTick) % tone.PacketCount));
        payload.CopyTo(_packet.AsSpan(RtpPacket.HeaderBytes));
        _sequenceNumber++;
        try
        {
            _socket.SendTo(_packet, SocketFlags.None, target.Remote);
            _player.CountSent();
        }
        catch (SocketException)
        {
            // No route, a filter, a full buffer, or ICMP unreachable of an earlier packet: the call may well survive it. A pause keeps
            // a dead destination from costing an exception every 20 ms.
            _pausedUntilTick = tick + (_player.Options.SendErrorPauseMilliseconds / HoldTone.PacketMilliseconds);
            _player.CountSendError();
        }
    }

    private void Drain()
    {
        Span<byte> buffer = stackalloc byte[ReceiveBytes];
        for (int i = 0; i < _player.Options.DrainLimitPackets; i++)
        {
            if (_player.Options.LearnsRemote && _learningPackets < _player.Options.LearningLimitPackets)
            {
                if (!TryLearn(buffer))
                {
                    return;
                }
            }
            else
            {
                // Errors (nothing there, ICMP unreachable) come back as a code: no exception on the way that is taken every 20 ms.
                _socket.Receive(buffer, SocketFlags.None, out SocketError error);
                if (error != SocketError.Success)
                {
                    return;
                }
            }

            _player.CountReceived();
        }
    }

    private bool TryLearn(Span<byte> buffer)
    {
        if (_socket.Available == 0)
        {
            return false;
        }

        SocketAddress source = new(Local.AddressFamily);
        int bytes;
        try
        {
            bytes = _socket.ReceiveFrom(buffer, SocketFlags.None, source);
        }
        catch (SocketException)
        {
            _player.CountSendError();
            return false;
        }

        RtpTarget? current = Volatile.Read(ref _target);
        if (current is not null && RtpPacket.TryParse(buffer[..bytes], out _, out _))
        {
            _learningPackets++;
            if (!source.Equals(current.Remote))
            {
                // Lost when the owner changes the target at the same time: the owner is right then.
                Interlocked.CompareExchange(ref _target, current with { Remote = source }, current);
            }
        }

        return true;
    }

    private void Replace(RtpTarget? target)
    {
        RtpTarget? before = Interlocked.Exchange(ref _target, target);
        if ((before is null) != (target is null))
        {
            _player.CountPlaying(target is null ? -1 : 1);
        }
    }
}
