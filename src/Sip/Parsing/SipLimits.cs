namespace Routing.Sip.Parsing;

/// <summary>Bounds of what is read from the wire. A message beyond one is refused with the reason that names it.</summary>
public sealed record SipLimits
{
    public static SipLimits Default { get; } = new();

    /// <summary>Start line, headers and body together (513).</summary>
    public int MaxMessageBytes { get; init; } = 65_536;

    /// <summary>Start line and headers together (513).</summary>
    public int MaxHeadBytes { get; init; } = 32_768;

    /// <summary>Header fields of one message, values of Via, Route and Contact lists counted one by one (513).</summary>
    public int MaxHeaders { get; init; } = 256;

    /// <summary>One header field with its continuation lines (513).</summary>
    public int MaxHeaderLineBytes { get; init; } = 8_192;

    /// <summary>The Request-URI (414).</summary>
    public int MaxRequestUriBytes { get; init; } = 2_048;

    /// <summary>The body (413).</summary>
    public int MaxBodyBytes { get; init; } = 65_536;
}
