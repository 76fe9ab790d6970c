using System.Net;
using Routing.Sip.Messages;
using Routing.Sip.Transport;

namespace Routing.Gateway.Telephony;

/// <summary>Whether the other end sits behind an address translator, so that what it says of itself leads nowhere.</summary>
internal static class NatDetection
{
    /// <summary>
    /// True when the sender names itself by an address that is not the one it was heard at, and wants to be reached at that address too; or at
    /// a name that exists nowhere (RFC 7118 §5: browsers write .invalid). A Contact at a third address is believed: another host of the same owner.
    /// </summary>
    public static bool IsRewritten(Via via, SipFlow flow, SipUri contact)
    {
        if (contact.Host.EndsWith(".invalid", StringComparison.OrdinalIgnoreCase))
        {
            return true;
        }

        return IPAddress.TryParse(via.Host, out var said)
            && !said.Equals(flow.Remote.Address)
            && IPAddress.TryParse(contact.Host, out var wanted)
            && wanted.Equals(said);
    }
}
