using System.Buffers;
using System.Net;
using System.Net.Sockets;
using Routing.Sip.Messages;
using Routing.Sip.Parsing;

namespace Routing.Sip.Transport;

/// <summary>
/// One TCP connection. Reads on the thread pool; writes directly while the socket takes the bytes, else queues them, up to a limit, for
/// one asynchronous writer. The lock guards the write queue and the state only.
/// </summary>
internal sealed class TcpSipConnection
{
    private const int ReadBufferBytes = 8 * 1_024;
    private const int ReadSpaceBytes = 2 * 1_024;
    private const long Complete = long.MinValue;
    private static readonly byte[] Pong = "\r\n"u8.ToArray();

    private readonly Lock _gate = new();
    private readonly TcpSipTransport _transport;
    private readonly Socket _socket;
    private readonly Queue<ReadOnlyMemory<byte>> _queue = new();
    private readonly SipStreamFramer _framer;
    private byte[] _buffer = new byte[ReadBufferBytes];
    private int _bufferedBytes;
    private int _queuedBytes;
    private int _headWrittenBytes;
    private bool _isWriting;
    private bool _isOpen;
    private bool _isClosed;
    private bool _hadMessage;
    private readonly long _madeTimestamp;
    private long _lastTrafficTimestamp;
    private long _incompleteSinceTimestamp = Complete;

    public TcpSipConnection(TcpSipTransport transport, Socket socket, SipFlow flow, bool isAccepted)
    {
        _transport = transport;
        _socket = socket;
        _framer = new SipStreamFramer(transport.Options.ParserLimits);
        _madeTimestamp = transport.Time.GetTimestamp();
        _lastTrafficTimestamp = _madeTimestamp;
        _isOpen = isAccepted;
        Flow = flow;
        IsAccepted = isAccepted;
        // Direct writes must return instead of waiting; asynchronous reads do not mind.
        socket.Blocking = false;
        socket.NoDelay = true;
    }

    public SipFlow Flow { get; }

    public bool IsAccepted { get; }

    public void BeginRead() => _ = Task.Run(ReadAsync);

    public void BeginConnect() => _ = Task.Run(ConnectAsync);

    /// <summary>Writes now as much as the socket takes and queues the rest.</summary>
    public SipSendResult Send(ReadOnlyMemory<byte> message)
    {
        SipFlowCloseReason? failure;
        lock (_gate)
        {
            if (_isClosed)
            {
                return SipSendResult.FlowClosed;
            }

            failure = _isOpen && !_isWriting ? WriteOrEnqueue(message) : Enqueue(message);
        }

        if (failure is not { } reason)
        {
            return SipSendResult.Sent;
        }

        Close(reason);
        return reason == SipFlowCloseReason.WriteQueueFull ? SipSendResult.QueueFull : SipSendResult.FlowClosed;
    }

    /// <summary>Closes the connection when one of its times is up.</summary>
    public void CheckLimits()
    {
        SipListenOptions options = _transport.Options;
        long incompleteSince = Volatile.Read(ref _incompleteSinceTimestamp);
        bool isOpen;
        lock (_gate)
        {
            isOpen = _isOpen;
        }

        TimeSpan quiet = _transport.Time.GetElapsedTime(Volatile.Read(ref _lastTrafficTimestamp));
        if (!isOpen && quiet >= TimeSpan.FromSeconds(options.ConnectLimitSeconds))
        {
            Close(SipFlowCloseReason.ConnectFailed);
        }
        else if (incompleteSince != Complete
            && _transport.Time.GetElapsedTime(incompleteSince) >= TimeSpan.FromSeconds(options.IncompleteMessageLimitSeconds))
        {
            Close(SipFlowCloseReason.IncompleteMessage);
        }
        else if (quiet >= TimeSpan.FromSeconds(options.IdleLimitSeconds) || IsSilentSince(options.FirstMessageLimitSeconds))
        {
            Close(SipFlowCloseReason.Idle);
        }
    }

    public void Close(SipFlowCloseReason reason)
    {
        lock (_gate)
        {
            if (_isClosed)
            {
                return;
            }

            _isClosed = true;
            _isOpen = false;
            _queue.Clear();
            _queuedBytes = 0;
        }

        // Reads and writes under way end with an exception, and find the connection closed.
        _socket.Dispose();
        _transport.OnClosed(this, reason);
    }

    private SipFlowCloseReason? WriteOrEnqueue(ReadOnlyMemory<byte> message)
    {
        int written = _socket.Send(message.Span, SocketFlags.None, out SocketError error);
        if (error is not (SocketError.Success or SocketError.WouldBlock))
        {
            return SipFlowCloseReason.IoError;
        }

        Touch();
        written = error == SocketError.Success ? written : 0;
        return written == message.Length ? null : Enqueue(message[written..]);
    }

    /// <summary>Queues bytes behind those that wait; the lock is held. Null when they fit.</summary>
    private SipFlowCloseReason? Enqueue(ReadOnlyMemory<byte> bytes)
    {
        if (_queuedBytes + bytes.Length > _transport.Options.WriteQueueLimitBytes)
        {
            return SipFlowCloseReason.WriteQueueFull;
        }

        _queue.Enqueue(bytes);
        _queuedBytes += bytes.Length;
        if (_isOpen && !_isWriting)
        {
            _isWriting = true;
            _ = Task.Run(WriteAsync);
        }

        return null;
    }

    private async Task ConnectAsync()
    {
        try
        {
            // From the address that we listen at and name in Via, whatever the routing table prefers: trunks are told apart by address.
            _socket.Bind(new IPEndPoint(Flow.Local.Address, 0));
            await _socket.ConnectAsync(Flow.Remote);
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
        {
            Close(SipFlowCloseReason.ConnectFailed);
            return;
        }

        lock (_gate)
        {
            if (_isClosed)
            {
                return;
            }

            _isOpen = true;
            Touch();
            if (_queue.Count > 0)
            {
                _isWriting = true;
                _ = Task.Run(WriteAsync);
            }
        }

        await ReadAsync();
    }

    private async Task WriteAsync()
    {
        while (true)
        {
            ReadOnlyMemory<byte> next;
            lock (_gate)
            {
                if (!_queue.TryPeek(out next))
                {
                    _isWriting = false;
                    return;
                }

                next = next[_headWrittenBytes..];
            }

            try
            {
                int written = await _socket.SendAsync(next, SocketFlags.None);
                lock (_gate)
                {
                    Dequeue(written);
                }
            }
            catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
            {
                Close(SipFlowCloseReason.IoError);
                return;
            }
        }
    }

    private void Dequeue(int writtenBytes)
    {
        Touch();
        if (_isClosed)
        {
            return;
        }

        _queuedBytes -= writtenBytes;
        _headWrittenBytes += writtenBytes;
        if (_headWrittenBytes == _queue.Peek().Length)
        {
            _queue.Dequeue();
            _headWrittenBytes = 0;
        }
    }

    private async Task ReadAsync()
    {
        try
        {
            while (true)
            {
                EnsureSpace();
                int bytes = await _socket.ReceiveAsync(_buffer.AsMemory(_bufferedBytes), SocketFlags.None);
                if (bytes == 0)
                {
                    Close(SipFlowCloseReason.PeerClosed);
                    return;
                }

                Touch();
                _bufferedBytes += bytes;
                if (_transport.Options.Guard?.AdmitsBytes(Flow.Remote) == false)
                {
                    Close(SipFlowCloseReason.Flooding);
                    return;
                }

                if (!TakeMessages())
                {
                    // Behind the refusal, which the sink has posted to the same loop: its answer is written before the end.
                    _transport.Post(static state => ((TcpSipConnection)state!).Close(SipFlowCloseReason.BadFraming), this);
                    return;
                }
            }
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
        {
            Close(SipFlowCloseReason.IoError);
        }
    }

    /// <summary>Hands on all whole messages. False when the stream cannot be cut any more.</summary>
    private bool TakeMessages()
    {
        ReadOnlySequence<byte> rest = new(_buffer, 0, _bufferedBytes);
        bool isNewMessage = !_framer.IsInMessage;
        while (true)
        {
            switch (_framer.Read(ref rest, out SipMessage? message, out SipParseError? error))
            {
                case SipFrameResult.Message:
                    isNewMessage = true;
                    Volatile.Write(ref _hadMessage, true);
                    _transport.Sink.OnMessage(Flow, message!);
                    break;
                case SipFrameResult.KeepAlivePing:
                    Send(Pong);
                    break;
                case SipFrameResult.Refused:
                    isNewMessage = true;
                    _transport.Sink.OnRefused(Flow, error!);
                    break;
                case SipFrameResult.Broken:
                    _transport.Sink.OnRefused(Flow, error!);
                    return false;
                default:
                    Keep(rest, isNewMessage);
                    return true;
            }
        }
    }

    /// <summary>Moves what is left to the front of the buffer and notes since when a message has been incomplete.</summary>
    private void Keep(ReadOnlySequence<byte> rest, bool isNewMessage)
    {
        rest.CopyTo(_buffer);
        _bufferedBytes = (int)rest.Length;
        if (!_framer.IsInMessage)
        {
            Volatile.Write(ref _incompleteSinceTimestamp, Complete);
        }
        else if (isNewMessage)
        {
            Volatile.Write(ref _incompleteSinceTimestamp, _transport.Time.GetTimestamp());
        }
    }

    /// <summary>Accepted, and nothing that is a message came: keep-alives alone do not keep a place.</summary>
    private bool IsSilentSince(int limitSeconds) =>
        IsAccepted && !Volatile.Read(ref _hadMessage) && _transport.Time.GetElapsedTime(_madeTimestamp) >= TimeSpan.FromSeconds(limitSeconds);

    private void EnsureSpace()
    {
        // Bounded: the framer gives up on a message that passes its limits, so at most one whole message is ever kept.
        if (_buffer.Length - _bufferedBytes < ReadSpaceBytes)
        {
            Array.Resize(ref _buffer, _buffer.Length * 2);
        }
    }

    private void Touch() => Volatile.Write(ref _lastTrafficTimestamp, _transport.Time.GetTimestamp());
}
