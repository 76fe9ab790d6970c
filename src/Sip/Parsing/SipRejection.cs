namespace Routing.Sip.Parsing;

/// <summary>What RFC 3261 answers to each refusal.</summary>
public static class SipRejection
{
    /// <summary>Means that nothing is sent.</summary>
    public const int Silence = 0;

    /// <summary>The status of the answer to a request refused for this reason, or <see cref="Silence"/>.</summary>
    public static int StatusCodeOf(SipRejectionReason reason) => reason switch
    {
        SipRejectionReason.None or SipRejectionReason.Empty or SipRejectionReason.NotSip => Silence,
        SipRejectionReason.MissingVia => Silence,
        SipRejectionReason.BodyTooLarge => 413,
        SipRejectionReason.RequestUriTooLong => 414,
        SipRejectionReason.UnsupportedUriScheme => 416,
        SipRejectionReason.UnsupportedExtension => 420,
        SipRejectionReason.UnsupportedVersion => 505,
        SipRejectionReason.MessageTooLarge or SipRejectionReason.TooManyHeaders or SipRejectionReason.HeaderTooLong => 513,
        _ => 400,
    };
}
