namespace Routing.Sip.Messages;

/// <summary>One header field: what it is, how it is called, and its value unfolded and trimmed but otherwise as it came.</summary>
public readonly record struct SipHeader(HeaderId Id, string Name, string Value);
