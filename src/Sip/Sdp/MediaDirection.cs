namespace Routing.Sip.Sdp;

/// <summary>Which way media flows, seen by the one who says it (RFC 3264 §5.1). The bits are: 1 sends, 2 receives.</summary>
public enum MediaDirection : byte
{
    Inactive = 0,
    SendOnly = 1,
    RecvOnly = 2,
    SendRecv = 3,
}
