using System.Net;
using System.Net.Sockets;

namespace Routing.Sip.Rtp;

/// <summary>
/// Plays a hold tone, or recordings, as real RTP to many calls. One thread paces all of them on an absolute schedule: packet n of a stream is due at
/// start + n · 20 ms, so lateness never adds up. Each stream sends in one of 20 slots of 1 ms, the emptiest when it was opened, so that
/// calls do not send all at the same instant. The tone is computed once; a packet costs a copy of 160 bytes and one system call.
/// <para>A late thread (a collection, a busy machine) sends what it missed up to <see cref="RtpHoldOptions.CatchUpLimitPackets"/> at
/// once, and skips the rest with the marker on the next packet.</para>
/// <para>What callers send is read and dropped: digits (RFC 4733) will be taken from there.</para>
/// </summary>
public sealed class RtpHoldPlayer : IDisposable
{
    private const int SlotCount = HoldTone.PacketMilliseconds;
    private const int ReceiveBufferBytes = 32 * 1_024;
    private const int BindAttempts = 64;

    private readonly Lock _gate = new();
    private readonly TimeProvider _time;
    private readonly Func<uint> _random;
    private readonly RtpPortRange _ports;
    private readonly RtpHoldStream[][] _slots = new RtpHoldStream[SlotCount][];
    private readonly Queue<RtpHoldStream> _closing = new();
    private readonly AutoResetEvent _wake = new(false);
    private readonly long _baseTimestamp;
    private Thread? _thread;
    private long _nextMillisecond;
    private int _openCount;
    private int _playingCount;
    private bool _stopping;
    private long _packetsSent;
    private long _packetsReceived;
    private long _packetsSkipped;
    private long _sendErrors;
    private long _lateMicrosecondsMax;
    private long _lateOver1Millisecond;
    private long _lateOver5Milliseconds;

    /// <param name="options">Settings and limits.</param>
    /// <param name="time">Clock of the schedule.</param>
    /// <param name="random">Source of SSRC, first sequence number and first timestamp (RFC 3550 §5.1 asks for unpredictable ones).</param>
    public RtpHoldPlayer(RtpHoldOptions options, TimeProvider time, Func<uint> random)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(options.CatchUpLimitPackets, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(options.DrainLimitPackets, 1);
        Options = options;
        Tone = new HoldTone(options.Tone);
        _time = time;
        _random = random;
        _ports = new RtpPortRange(options.FirstPort, options.LastPort);
        _baseTimestamp = time.GetTimestamp();
        Array.Fill(_slots, []);
    }

    /// <summary>The ports that calls take.</summary>
    public RtpPortRange Ports => _ports;

    internal RtpHoldOptions Options { get; }

    internal HoldTone Tone { get; }

    /// <summary>Starts the pacing thread. Without it <see cref="RunDue"/> sends what is due.</summary>
    public void Start()
    {
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_stopping, this);
            _thread ??= StartThread();
        }
    }

    /// <summary>Takes a port of the range on <paramref name="localAddress"/> for one call. Ports that another program holds are passed over.</summary>
    /// <exception cref="RtpPortsExhaustedException">No port could be bound.</exception>
    /// <exception cref="SocketException">The address is none of this machine.</exception>
    public RtpHoldStream Open(IPAddress localAddress)
    {
        for (int attempt = 0; attempt < BindAttempts && _ports.TryTake(out int port); attempt++)
        {
            if (TryOpen(localAddress, port) is { } stream)
            {
                return stream;
            }
        }

        throw new RtpPortsExhaustedException(
            $"No RTP port of {_ports.FirstPort}-{_ports.LastPort} is free on {localAddress}: {_ports.UsedCount} are used by calls.");
    }

    /// <summary>Takes one particular port, as after a restart for a call whose SDP names it; null when it is not to be had.</summary>
    public RtpHoldStream? TryOpen(IPEndPoint local) => _ports.TryTake(local.Port) ? TryOpen(local.Address, local.Port) : null;

    /// <summary>Counters, readable from any thread.</summary>
    public RtpHoldSnapshot Snapshot() => new(
        Volatile.Read(ref _openCount),
        Volatile.Read(ref _playingCount),
        _ports.UsedCount,
        Interlocked.Read(ref _packetsSent),
        Interlocked.Read(ref _packetsReceived),
        Interlocked.Read(ref _packetsSkipped),
        Interlocked.Read(ref _sendErrors),
        Interlocked.Read(ref _lateMicrosecondsMax),
        Interlocked.Read(ref _lateOver1Millisecond),
        Interlocked.Read(ref _lateOver5Milliseconds));

    /// <summary>Ends the thread and closes all ports.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            if (_stopping)
            {
                return;
            }

            _stopping = true;
        }

        _wake.Set();
        _thread?.Join();
        CloseRemoved();
        foreach (RtpHoldStream stream in _slots.SelectMany(static slot => slot).ToArray())
        {
            stream.Dispose();
        }

        CloseRemoved();
        _wake.Dispose();
    }

    /// <summary>Sends every packet that is due and closes what was disposed: one round of the thread, for drivers by hand.</summary>
    public void RunDue()
    {
        CloseRemoved();
        long nowMillisecond = MillisecondAt(_time.GetTimestamp());
        long oldest = nowMillisecond - ((Options.CatchUpLimitPackets - 1) * SlotCount);
        if (_nextMillisecond < oldest)
        {
            SkipTo(oldest);
        }

        for (; _nextMillisecond <= nowMillisecond; _nextMillisecond++)
        {
            RtpHoldStream[] slot = Volatile.Read(ref _slots[_nextMillisecond % SlotCount]);
            foreach (RtpHoldStream stream in slot)
            {
                stream.Tick(_nextMillisecond / SlotCount);
            }
        }
    }

    internal void Close(RtpHoldStream stream)
    {
        lock (_gate)
        {
            RtpHoldStream[] slot = _slots[stream.Slot];
            Volatile.Write(ref _slots[stream.Slot], Array.FindAll(slot, other => other != stream));
            _closing.Enqueue(stream);
            if (_openCount == 1 && !_stopping)
            {
                _wake.Set();
            }
        }
    }

    internal void CountSent()
    {
        _packetsSent++;
        long lateMicroseconds = (long)_time.GetElapsedTime(DueTimestamp(_nextMillisecond), _time.GetTimestamp()).TotalMicroseconds;
        if (lateMicroseconds > _lateMicrosecondsMax)
        {
            _lateMicrosecondsMax = lateMicroseconds;
        }

        _lateOver1Millisecond += lateMicroseconds > 1_000 ? 1 : 0;
        _lateOver5Milliseconds += lateMicroseconds > 5_000 ? 1 : 0;
    }

    internal void CountReceived() => _packetsReceived++;

    internal void CountSendError() => _sendErrors++;

    internal void CountPlaying(int change) => Interlocked.Add(ref _playingCount, change);

    private Thread StartThread()
    {
        Thread thread = new(RunThread) { IsBackground = true, Name = "rtp-hold", Priority = ThreadPriority.AboveNormal };
        thread.Start();
        return thread;
    }

    private void RunThread()
    {
        while (!Volatile.Read(ref _stopping))
        {
            RunDue();
            if (Volatile.Read(ref _openCount) == 0)
            {
                _wake.WaitOne();
                // Nobody was listening in between: the first packet is not late.
                _nextMillisecond = MillisecondAt(_time.GetTimestamp());
                continue;
            }

            WaitForNextSlot();
        }
    }

    private void WaitForNextSlot()
    {
        long next = _nextMillisecond;
        while (Volatile.Read(ref _slots[next % SlotCount]).Length == 0 && next < _nextMillisecond + SlotCount - 1)
        {
            next++;
        }

        long remaining = DueTimestamp(next) - _time.GetTimestamp();
        NanosecondSleep.Wait((long)((Int128)remaining * 1_000_000_000 / _time.TimestampFrequency), _wake);
    }

    private void SkipTo(long millisecond)
    {
        for (int slot = 0; slot < SlotCount; slot++)
        {
            int playing = Volatile.Read(ref _slots[slot]).Count(static stream => stream.IsPlaying);
            _packetsSkipped += playing * ((millisecond - _nextMillisecond) / SlotCount);
        }

        _nextMillisecond = millisecond;
    }

    private RtpHoldStream? TryOpen(IPAddress localAddress, int port)
    {
        Socket socket = new(localAddress.AddressFamily, SocketType.Dgram, ProtocolType.Udp) { Blocking = false, ReceiveBufferSize = ReceiveBufferBytes };
        try
        {
            socket.Bind(new IPEndPoint(localAddress, port));
        }
        catch (SocketException exception)
        {
            socket.Dispose();
            _ports.Return(port);
            if (exception.SocketErrorCode is SocketError.AddressAlreadyInUse or SocketError.AccessDenied)
            {
                return null;
            }

            throw;
        }

        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_stopping, this);
            int slot = EmptiestSlot();
            RtpHoldStream stream = new(this, socket, new IPEndPoint(localAddress, port), slot, _random);
            Volatile.Write(ref _slots[slot], [.. _slots[slot], stream]);
            Volatile.Write(ref _openCount, _openCount + 1);
            if (_openCount == 1)
            {
                _wake.Set();
            }

            return stream;
        }
    }

    private int EmptiestSlot()
    {
        int best = 0;
        for (int slot = 1; slot < SlotCount; slot++)
        {
            best = _slots[slot].Length < _slots[best].Length ? slot : best;
        }

        return best;
    }

    private void CloseRemoved()
    {
        lock (_gate)
        {
            while (_closing.TryDequeue(out RtpHoldStream? stream))
            {
                stream.CloseSocket();
                _ports.Return(stream.Local.Port);
                Volatile.Write(ref _openCount, _openCount - 1);
            }
        }
    }

    private long MillisecondAt(long timestamp) => (long)((Int128)(timestamp - _baseTimestamp) * 1_000 / _time.TimestampFrequency);

    private long DueTimestamp(long millisecond) => _baseTimestamp + (long)((Int128)millisecond * _time.TimestampFrequency / 1_000);
}
