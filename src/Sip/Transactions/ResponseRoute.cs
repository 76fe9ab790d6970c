using System.Net;
using Routing.Sip.Messages;
using Routing.Sip.Transport;

namespace Routing.Sip.Transactions;

/// <summary>Where responses go and what the receiver writes into the top Via for that: RFC 3261 §18.2, RFC 3581 §4. A maddr is ignored: nobody may direct our responses to a third party.</summary>
internal static class ResponseRoute
{
    /// <summary>
    /// Fills in received and rport: received whenever the source differs from sent-by or rport was asked for. Run before a request is
    /// looked at by anybody else.
    /// </summary>
    public static void Stamp(SipRequest request, IPEndPoint source)
    {
        Via via = request.Via;
        bool isSameHost = IPAddress.TryParse(via.Host, out IPAddress? host) && host.Equals(source.Address);
        if (!via.HasRPort && isSameHost)
        {
            return;
        }

        Via stamped = via.With("received", source.Address.ToString());
        if (via.HasRPort)
        {
            stamped = stamped.With("rport", source.Port.ToString(System.Globalization.CultureInfo.InvariantCulture));
        }

        request.Headers.SetFirst(HeaderId.Via, stamped.ToString());
    }

    /// <summary>The flow for responses: the connection itself; over UDP the source port when rport was asked for, else the port of sent-by.</summary>
    public static SipFlow FlowFor(SipRequest request, SipFlow arrival)
    {
        Via via = request.Via;
        if (arrival.IsReliable || via.HasRPort)
        {
            return arrival;
        }

        int port = via.Port ?? SipTransportKinds.DefaultPortOf(arrival.Kind);
        return port == arrival.Remote.Port ? arrival : arrival.Transport.GetFlow(new IPEndPoint(arrival.Remote.Address, port));
    }

    /// <summary>A new connection in place of one that is gone: the address heard, the port of sent-by.</summary>
    public static SipFlow Replacement(int? viaPort, SipFlow gone) => gone.Transport.GetFlow(
        new IPEndPoint(gone.Remote.Address, viaPort ?? SipTransportKinds.DefaultPortOf(gone.Kind)));
}
