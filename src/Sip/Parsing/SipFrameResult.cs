namespace Routing.Sip.Parsing;

/// <summary>What <see cref="SipStreamFramer.Read"/> found.</summary>
public enum SipFrameResult : byte
{
    /// <summary>Nothing complete yet: read on.</summary>
    NeedMore,

    Message,

    /// <summary>A double CRLF, to be answered with one CRLF (RFC 5626 §3.5.1).</summary>
    KeepAlivePing,

    /// <summary>One message was refused; where the next one starts is known, the connection stays usable.</summary>
    Refused,

    /// <summary>Nobody knows where the next message starts: answer what can be answered and close the connection.</summary>
    Broken,
}
