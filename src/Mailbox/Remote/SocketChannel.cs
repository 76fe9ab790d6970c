using System.Buffers.Binary;
using System.Net.Sockets;

namespace Routing.Mailbox.Remote;

/// <summary>
/// Frames over TCP, each behind its length (4 bytes, little endian). One thread reads and hands over, one writes all that was put together meanwhile in one call: so the batches
/// of a busy lane cost few system calls, and an idle one waits for nothing.
/// </summary>
internal sealed class SocketChannel : ILinkChannel
{
    private const int HeaderBytes = sizeof(int);
    private const int ReadBufferBytes = 1 << 16;
    private const int KeptBufferBytes = 1 << 20;

    private static readonly byte[] Ping = [1, 0, 0, 0, (byte)LinkFrameKind.Ping];

    private readonly Socket _socket;
    private readonly SocketChannelOptions _options;
    private readonly object _gate = new();
    private readonly long _startedTimestamp = TimeProvider.System.GetTimestamp();
    private byte[] _queued = new byte[ReadBufferBytes];
    private byte[] _sending = new byte[ReadBufferBytes];
    private int _queuedBytes;
    private int _sendingBytes;
    private bool _closed;
    private string? _reason;
    private int _frameLimitBytes;
    private bool _isTrusted;
    private bool _isEnding;
    private long _heardTimestamp = TimeProvider.System.GetTimestamp();
    private TaskCompletionSource? _room;

    public SocketChannel(Socket socket, SocketChannelOptions options)
    {
        _socket = socket;
        _options = options;
        _frameLimitBytes = options.GreetingLimitBytes;
        socket.NoDelay = true;
        socket.ReceiveTimeout = options.SilenceLimitMs;
        socket.SendTimeout = options.SilenceLimitMs;
        Peer = socket.RemoteEndPoint?.ToString() ?? "unknown";
    }

    public string Peer { get; }

    public int SilentMs => (int)TimeProvider.System.GetElapsedTime(Interlocked.Read(ref _heardTimestamp)).TotalMilliseconds;

    public int QueuedBytes
    {
        get
        {
            lock (_gate)
            {
                return _closed ? 0 : _queuedBytes + Volatile.Read(ref _sendingBytes);
            }
        }
    }

    public bool HasRoom
    {
        get
        {
            lock (_gate)
            {
                return HasRoomNow;
            }
        }
    }

    private bool HasRoomNow => !_closed && _queuedBytes <= _options.QueueLimitBytes;

    public Task RoomAsync()
    {
        lock (_gate)
        {
            return _closed || HasRoomNow ? Task.CompletedTask : (_room ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).Task;
        }
    }

    public void Trust()
    {
        Volatile.Write(ref _frameLimitBytes, _options.FrameLimitBytes);
        Volatile.Write(ref _isTrusted, true);
    }

    public void Start(ILinkHandler handler)
    {
        new Thread(() => Read(handler)) { IsBackground = true, Name = $"link from {Peer}" }.Start();
        new Thread(Write) { IsBackground = true, Name = $"link to {Peer}" }.Start();
    }

    public bool Send(ReadOnlySpan<byte> frame)
    {
        lock (_gate)
        {
            if (_closed || _isEnding || _queuedBytes > _options.QueueHardLimitBytes)
            {
                return false;
            }

            Reserve(HeaderBytes + frame.Length);
            BinaryPrimitives.WriteInt32LittleEndian(_queued.AsSpan(_queuedBytes), frame.Length);
            frame.CopyTo(_queued.AsSpan(_queuedBytes + HeaderBytes));
            _queuedBytes += HeaderBytes + frame.Length;
            Monitor.Pulse(_gate);
            return true;
        }
    }

    public void End()
    {
        lock (_gate)
        {
            _isEnding = true;
            Monitor.Pulse(_gate);
        }
    }

    public void Dispose() => Close("It was closed here.");

    private void Close(string reason)
    {
        lock (_gate)
        {
            _reason ??= reason;
            _closed = true;
            _room?.TrySetResult();
            Monitor.Pulse(_gate);
        }

        // Ends the reading and the writing thread's call.
        _socket.Dispose();
    }

    private void Reserve(int bytes)
    {
        if (_queued.Length - _queuedBytes < bytes)
        {
            Array.Resize(ref _queued, Math.Max((int)Math.Min(_queued.Length * 2L, Array.MaxLength), _queuedBytes + bytes));
        }
    }

    private void Write()
    {
        try
        {
            while (TakeQueued() is { } bytes)
            {
                for (int sent = 0; sent < bytes.Count;)
                {
                    sent += _socket.Send(bytes.Slice(sent, Math.Min(_options.SendPieceBytes, bytes.Count - sent)));
                    Volatile.Write(ref _sendingBytes, bytes.Count - sent);
                }
            }

            // The other side reads to the end and closes; should it not, it is soon silent for too long.
            _socket.Shutdown(SocketShutdown.Send);
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
        {
            Close(exception is SocketException { SocketErrorCode: SocketError.TimedOut or SocketError.WouldBlock } ? "The other side takes nothing." : exception.Message);
        }
    }

    /// <summary>All that waits, or a ping when nothing came for a while; null at the end.</summary>
    private ArraySegment<byte>? TakeQueued()
    {
        lock (_gate)
        {
            if (_queuedBytes == 0 && !_closed && !_isEnding)
            {
                Monitor.Wait(_gate, _options.PingMs);
            }

            if (_closed || (_isEnding && _queuedBytes == 0))
            {
                return null;
            }

            if (_queuedBytes == 0)
            {
                return Ping;
            }

            (_queued, _sending) = (_sending.Length > KeptBufferBytes ? new byte[ReadBufferBytes] : _sending, _queued);
            ArraySegment<byte> taken = new(_sending, 0, _queuedBytes);
            Volatile.Write(ref _sendingBytes, _queuedBytes);
            _queuedBytes = 0;
            _room?.TrySetResult();
            _room = null;
            return taken;
        }
    }

    private void Read(ILinkHandler handler)
    {
        try
        {
            ReadFrames(handler);
        }
        catch (Exception exception)
        {
            // A handler that throws ends its link, as a broken connection does: both sides begin anew.
            Close(exception is SocketException { SocketErrorCode: SocketError.TimedOut or SocketError.WouldBlock }
                ? $"Silent for {_options.SilenceLimitMs} ms."
                : exception.Message);
        }

        Close("The other side closed it.");
        handler.OnClosed(_reason!);
    }

    private void ReadFrames(ILinkHandler handler)
    {
        byte[] buffer = new byte[ReadBufferBytes];
        int have = 0;
        while (true)
        {
            int got = _socket.Receive(buffer.AsSpan(have));
            if (got == 0)
            {
                return;
            }

            have += got;
            Interlocked.Exchange(ref _heardTimestamp, TimeProvider.System.GetTimestamp());
            if (!Volatile.Read(ref _isTrusted) && TimeProvider.System.GetElapsedTime(_startedTimestamp).TotalMilliseconds > _options.GreetingLimitMs)
            {
                throw new LinkProtocolException($"It did not prove who it is within {_options.GreetingLimitMs} ms.");
            }

            int at = 0;
            while (have - at >= HeaderBytes)
            {
                int length = BinaryPrimitives.ReadInt32LittleEndian(buffer.AsSpan(at));
                if (length <= 0 || length > Volatile.Read(ref _frameLimitBytes))
                {
                    throw new LinkProtocolException($"A frame of {length} bytes.");
                }

                if (have - at - HeaderBytes < length)
                {
                    break;
                }

                ReadOnlySpan<byte> frame = buffer.AsSpan(at + HeaderBytes, length);
                at += HeaderBytes + length;
                if (frame[0] != (byte)LinkFrameKind.Ping)
                {
                    handler.OnFrame(frame);
                }
            }

            buffer.AsSpan(at, have - at).CopyTo(buffer);
            have -= at;
            buffer = Fit(buffer, have);
        }
    }

    /// <summary>Room for the frame that is begun, and not kept for ever after a large one.</summary>
    private byte[] Fit(byte[] buffer, int have)
    {
        int wanted = have >= HeaderBytes
            ? Math.Max(ReadBufferBytes, HeaderBytes + Math.Min(BinaryPrimitives.ReadInt32LittleEndian(buffer), Volatile.Read(ref _frameLimitBytes)))
            : ReadBufferBytes;
        if (wanted > buffer.Length || (buffer.Length > KeptBufferBytes && wanted < buffer.Length))
        {
            byte[] fitted = new byte[Math.Max(wanted, have)];
            buffer.AsSpan(0, have).CopyTo(fitted);
            return fitted;
        }

        return buffer;
    }
}
