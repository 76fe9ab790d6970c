using System.Net;
using Routing.Sip.Messages;

namespace Routing.Sip.Transport;

/// <summary>
/// Decides how much of what a source sends is looked at. Asked on the threads of the transports, several at the same time; answers at once and
/// keeps bounded memory, whatever number of sources there is. Responses are not asked about: those that match nothing end as strays.
/// </summary>
public interface ISipGuard
{
    /// <summary>Before a datagram is parsed or what a connection brought is cut into messages. False: dropped unread, the connection closed.</summary>
    bool AdmitsBytes(IPEndPoint source);

    /// <summary>Before a connection is accepted.</summary>
    bool AdmitsConnection(IPEndPoint source);

    /// <summary>For each well-formed request.</summary>
    SipGuardVerdict Judge(SipRequest request, SipFlow flow);

    /// <summary>For each malformed request that would be answered; false: silence.</summary>
    bool AdmitsRefusal(SipFlow flow);
}
