namespace Routing.Sip.Rtp;

/// <summary>No port of the RTP range could be bound: all are used by calls or held by other programs.</summary>
public sealed class RtpPortsExhaustedException(string message) : Exception(message);
