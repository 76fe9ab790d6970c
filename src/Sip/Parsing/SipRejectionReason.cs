namespace Routing.Sip.Parsing;

/// <summary>Why a message was refused. <see cref="SipRejection.StatusCodeOf"/> has the answer to each.</summary>
public enum SipRejectionReason : byte
{
    None,

    /// <summary>Nothing but line breaks: a keep-alive.</summary>
    Empty,

    /// <summary>The first line is not that of SIP; whoever sent it would not understand an answer.</summary>
    NotSip,
    BadStartLine,
    BadRequestUri,
    UnsupportedVersion,
    RequestUriTooLong,
    MissingEndOfHeaders,
    MessageTooLarge,
    TooManyHeaders,
    HeaderTooLong,
    BodyTooLarge,
    BadHeaderLine,

    /// <summary>CR or LF alone: what one element reads as one line the next may read as two.</summary>
    BareLineBreak,
    NulCharacter,

    /// <summary>A header that may stand once stands twice.</summary>
    DuplicateHeader,
    MissingVia,
    BadVia,
    MissingFrom,
    BadFrom,
    MissingTo,
    BadTo,
    MissingCallId,
    BadCallId,
    MissingCSeq,
    BadCSeq,
    CSeqMethodMismatch,
    BadMaxForwards,
    BadContact,
    BadRoute,
    BadContentLength,
    ConflictingContentLength,

    /// <summary>On a stream nothing else says where the message ends (RFC 3261 §20.14).</summary>
    MissingContentLength,

    /// <summary>The datagram ends before the body does (RFC 3261 §18.3).</summary>
    BodyTruncated,
    UnsupportedUriScheme,
    UnsupportedExtension,
}
