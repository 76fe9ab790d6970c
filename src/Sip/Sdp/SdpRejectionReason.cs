namespace Routing.Sip.Sdp;

/// <summary>Why a session description was refused (488, or 400 for the malformed).</summary>
public enum SdpRejectionReason : byte
{
    None,
    TooLarge,
    TooManyLines,
    LineTooLong,
    TooManyMedia,
    TooManyFormats,

    /// <summary>A line that is not "letter=value", or contains NUL or a lone CR.</summary>
    BadLine,

    /// <summary>The first line is not "v=0".</summary>
    BadVersion,
    MissingOrigin,
    BadOrigin,
    BadConnection,
    BadMedia,
}
