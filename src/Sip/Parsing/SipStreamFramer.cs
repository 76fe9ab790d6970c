using System.Buffers;
using Routing.Sip.Messages;

namespace Routing.Sip.Parsing;

/// <summary>
/// Cuts a byte stream into messages by Content-Length (RFC 3261 §18.3). One a connection, one thread. The caller keeps the
/// bytes: it passes all that it
/// has, gets the rest back, and passes that again with what has arrived since. Nothing is searched twice, so a peer that
/// sends single bytes costs no more than one that sends all at once.
/// </summary>
public sealed class SipStreamFramer
{
    private readonly SipLimits _limits;
    private SipHead? _head;
    private long _searchedBytes;
    private bool _hasBeginning;
    private bool _broken;

    public SipStreamFramer(SipLimits limits)
    {
        _limits = limits;
    }

    /// <summary>True while part of a message has arrived: how long that may last is the connection's time-out.</summary>
    public bool IsInMessage => _head is not null || _hasBeginning;

    /// <summary>
    /// Takes one item from the front of <paramref name="buffer"/>, which is moved past what was used. Call again until
    /// <see cref="SipFrameResult.NeedMore"/>; after <see cref="SipFrameResult.Broken"/> nothing more is read.
    /// </summary>
    /// <param name="message">Set for <see cref="SipFrameResult.Message"/>.</param>
    /// <param name="error">Set for <see cref="SipFrameResult.Refused"/> and <see cref="SipFrameResult.Broken"/>.</param>
    public SipFrameResult Read(ref ReadOnlySequence<byte> buffer, out SipMessage? message, out SipParseError? error)
    {
        message = null;
        error = null;
        if (_broken)
        {
            return SipFrameResult.NeedMore;
        }

        if (_head is null)
        {
            if (_searchedBytes == 0 && SkipLineBreaks(ref buffer, out var ping))
            {
                return ping ? SipFrameResult.KeepAlivePing : SipFrameResult.NeedMore;
            }

            var result = ReadHead(ref buffer, out error);
            if (result != SipFrameResult.Message)
            {
                return result;
            }
        }

        return ReadBody(ref buffer, out message, out error);
    }

    /// <summary>
    /// Line breaks between messages: one is skipped, two are a ping. True when the caller has to return: a ping, or too few bytes to tell.
    /// </summary>
    private static bool SkipLineBreaks(ref ReadOnlySequence<byte> buffer, out bool ping)
    {
        Span<byte> start = stackalloc byte[4];
        ping = false;
        while (true)
        {
            var length = (int)Math.Min(buffer.Length, start.Length);
            buffer.Slice(0, length).CopyTo(start);
            var seen = start[..length];
            if (seen.SequenceEqual("\r\n\r\n"u8))
            {
                buffer = buffer.Slice(4);
                ping = true;
                return true;
            }

            if ("\r\n\r\n"u8.StartsWith(seen))
            {
                return true;
            }

            if (!seen.StartsWith("\r\n"u8))
            {
                return false;
            }

            buffer = buffer.Slice(2);
        }
    }

    private SipFrameResult ReadHead(ref ReadOnlySequence<byte> buffer, out SipParseError? error)
    {
        error = null;
        var end = FindHeadEnd(buffer);
        if (end < 0 && buffer.Length <= _limits.MaxHeadBytes)
        {
            _hasBeginning = true;
            return SipFrameResult.NeedMore;
        }

        var tooLong = end < 0 || end > _limits.MaxHeadBytes;
        var bytes = buffer.Slice(0, tooLong ? _limits.MaxHeadBytes : end);
        _head = SipHeadParser.Parse(bytes.IsSingleSegment ? bytes.FirstSpan : bytes.ToArray(), _limits);
        if (tooLong)
        {
            return Break(SipRejectionReason.MessageTooLarge, out error);
        }

        buffer = buffer.Slice(end + 4);
        if (_head.Fault == SipRejectionReason.NotSip)
        {
            return Break(SipRejectionReason.NotSip, out error);
        }

        if (_head.ContentLengthBytes is not { } length)
        {
            return Break(_head.Fault is SipRejectionReason.None ? SipRejectionReason.MissingContentLength : _head.Fault, out error);
        }

        if (length > _limits.MaxBodyBytes)
        {
            return Break(SipRejectionReason.BodyTooLarge, out error);
        }

        return end + 4 + length > _limits.MaxMessageBytes ? Break(SipRejectionReason.MessageTooLarge, out error) : SipFrameResult.Message;
    }

    private SipFrameResult ReadBody(ref ReadOnlySequence<byte> buffer, out SipMessage? message, out SipParseError? error)
    {
        message = null;
        error = null;
        var head = _head!;
        var length = head.ContentLengthBytes!.Value;
        if (buffer.Length < length)
        {
            return SipFrameResult.NeedMore;
        }

        var body = buffer.Slice(0, length);
        buffer = buffer.Slice(length);
        _head = null;
        _searchedBytes = 0;
        _hasBeginning = false;
        if (head.Fault != SipRejectionReason.None)
        {
            error = head.ToError(head.Fault);
            return SipFrameResult.Refused;
        }

        message = head.ToMessage(body.ToArray());
        return SipFrameResult.Message;
    }

    /// <summary>The offset of the empty line's CRLFCRLF; -1 while it is not there.</summary>
    private long FindHeadEnd(ReadOnlySequence<byte> buffer)
    {
        var reader = new SequenceReader<byte>(buffer);
        reader.Advance(_searchedBytes);
        if (reader.TryReadTo(out ReadOnlySequence<byte> _, "\r\n\r\n"u8, advancePastDelimiter: false))
        {
            return reader.Consumed;
        }

        // The last three bytes may be the beginning of the delimiter.
        _searchedBytes = Math.Max(_searchedBytes, buffer.Length - 3);
        return -1;
    }

    private SipFrameResult Break(SipRejectionReason reason, out SipParseError? error)
    {
        _broken = true;
        error = _head!.ToError(reason);
        return SipFrameResult.Broken;
    }
}
