namespace Routing.Sip.Messages;

/// <summary>
/// A request or a response. Belongs to one thread; whoever hands it on does not change it afterwards. The five headers that
/// every message needs are non-null here: the parser refuses messages without them, and reading one from a message that was built
/// without it is a fault of the builder.
/// </summary>
public abstract class SipMessage
{
    protected SipMessage(SipHeaders headers, ReadOnlyMemory<byte> body)
    {
        Headers = headers;
        Body = body;
    }

    public SipHeaders Headers { get; }

    public ReadOnlyMemory<byte> Body { get; private set; }

    /// <summary>The top Via.</summary>
    /// <exception cref="InvalidOperationException">The message was built without it.</exception>
    public Via Via => Headers.Via ?? throw Missing("Via");

    /// <inheritdoc cref="Via"/>
    public NameAddress From => Headers.From ?? throw Missing("From");

    /// <inheritdoc cref="Via"/>
    public NameAddress To => Headers.To ?? throw Missing("To");

    /// <inheritdoc cref="Via"/>
    public string CallId => Headers.CallId ?? throw Missing("Call-ID");

    /// <inheritdoc cref="Via"/>
    public CSeq CSeq => Headers.CSeq ?? throw Missing("CSeq");

    /// <summary>How long it may have lain here unread, at most; zero when the transport cannot know. Set by the transport.</summary>
    public TimeSpan UnreadFor { get; set; }

    /// <summary>Sets body and Content-Type together; an empty body takes the Content-Type away.</summary>
    public void SetBody(string contentType, ReadOnlyMemory<byte> body)
    {
        Body = body;
        if (body.IsEmpty)
        {
            Headers.Remove(HeaderId.ContentType);
        }
        else
        {
            Headers.Set(HeaderId.ContentType, contentType);
        }
    }

    private static InvalidOperationException Missing(string name) => new($"The message has no well-formed {name}.");
}
