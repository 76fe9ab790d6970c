using System.Globalization;
using System.Net;
using Routing.Contracts.Effects;
using Routing.Contracts.Views;
using Routing.Sip.Messages;
using Routing.Sip.Sdp;
using Routing.Sip.Stack;
using Routing.Sip.Transport;

namespace Routing.Gateway.Telephony.Calls;

/// <summary>
/// Makes the INVITE to a binding. Everything in it derives from the offer, so that the same offer carried out again is a retransmission. The
/// registered Contact is rung; a flow only where the binding says so (NAT, connection) and while it is open.
/// </summary>
/// <param name="services">Of the gateway.</param>
/// <param name="caller">Whom the phone is told.</param>
/// <param name="callerFlow">Whose address is told when the way to the phone is known only by name; null when nothing is known of the caller, for a CANCEL only.</param>
internal sealed class AgentInviter(GatewayServices services, CallerIdentity caller, SipFlow? callerFlow)
{
    /// <summary>CSeq number of every INVITE that begins a dialog.</summary>
    public const int FirstCSeq = 1;

    private const string AnonymousUser = "anonymous";

    /// <summary>RFC 2606 §2: the name of no host.</summary>
    private const string UnknownHost = "invalid";

    private const int MillisecondsPerSecond = 1_000;
    private const int ExpiresSlackSeconds = 5;

    public Prepared Prepare(OfferCall offer, int index, SessionDescription? sdp)
    {
        var binding = offer.Targets[index];
        var contact = SipUri.TryParse(binding.Contact, out var parsed) ? parsed : new SipUri("sip", SipUri.Escape(offer.SipUser), UnknownHost);
        // What another gateway registered is not dialled: its phones hear it alone (RFC 5626 §5.3).
        var edge = binding.Gateway == services.Options.Gateway ? null : HopOf(binding.Edge);
        var flow = binding.Flow is null || edge is not null ? null : services.Flows.Find(binding.Flow, services.Stack);
        var hop = edge ?? FirstHop(binding) ?? contact;
        var peer = edge is null ? null : services.Edge?.FlowToPeer(edge);
        var leaving = flow ?? peer ?? FlowTowards(hop) ?? callerFlow;

        string callId = services.Ids.AgentCallId(offer.Offer, index);
        string tag = services.Ids.AgentTag(offer.Offer, index);
        SipUri from = new("sip", caller.User ?? AnonymousUser, leaving?.SentByHost ?? UnknownHost);
        var request = SipRequest.Create(
            SipMethod.Invite,
            contact.ToRequestUri(),
            new NameAddress(from, caller.DisplayName).WithTag(tag),
            new NameAddress(contact.WithParameters(SipParameters.Empty)),
            callId,
            FirstCSeq);
        if (edge is not null)
        {
            services.Guard.TrustPeer(edge);
            request.Headers.Add(HeaderId.Route, new NameAddress(edge).ToString());
        }

        foreach (string path in binding.Path)
        {
            request.Headers.Add(HeaderId.Route, path);
        }

        request.Headers.Set(HeaderId.MaxForwards, caller.HopsLeft.ToString(CultureInfo.InvariantCulture));
        if (leaving is not null)
        {
            request.Headers.Set(HeaderId.Contact, ContactOf(leaving, caller.User ?? AnonymousUser));
        }

        request.Headers.Set(HeaderId.Allow, Requests.ResponseWriter.Allow);
        request.Headers.Set(HeaderId.UserAgent, services.Responses.Product);
        int seconds = (offer.RingTimeoutMs / MillisecondsPerSecond) + ExpiresSlackSeconds;
        request.Headers.Set(HeaderId.Expires, seconds.ToString(CultureInfo.InvariantCulture));
        if (sdp is not null)
        {
            request.SetBody(SessionDescription.ContentType, sdp.ToBytes());
        }

        return new Prepared(
            request,
            (flow ?? peer) is { } way ? SipDestination.To(way) : SipDestination.To(hop),
            flow,
            services.Ids.Branch(callId, tag, FirstCSeq, SipMethod.Invite));
    }

    /// <summary>Our Contact on a flow: where the other end reaches us in this dialog.</summary>
    public static string ContactOf(SipFlow flow, string? user)
    {
        string transport = flow.Kind.ToUriParameter() is { } name ? $";transport={name}" : "";
        string prefix = string.IsNullOrEmpty(user) ? "" : $"{user}@";
        return string.Create(CultureInfo.InvariantCulture, $"<sip:{prefix}{flow.SentByHost}:{flow.SentByPort}{transport}>");
    }

    private static SipUri? FirstHop(PhoneBinding binding) =>
        binding.Path.Count > 0 && NameAddress.TryParse(binding.Path[0], out var path) ? path.Uri : null;

    private static SipUri? HopOf(string? edge) => edge is not null && SipUri.TryParse(edge, out var uri) ? uri : null;

    private SipFlow? FlowTowards(SipUri uri) =>
        SipTransportKinds.Of(uri) is { } kind && IPAddress.TryParse(uri.Host, out var address)
            ? services.Stack.FindFlow(kind, new IPEndPoint(address, uri.Port ?? SipTransportKinds.DefaultPortOf(kind)))
            : null;

    internal sealed record Prepared(SipRequest Request, SipDestination Destination, SipFlow? Flow, string Branch);
}
