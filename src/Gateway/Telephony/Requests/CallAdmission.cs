using System.Net;
using Routing.Contracts.Commands;
using Routing.Contracts.Ids;
using Routing.Gateway.Telephony.Calls;
using Routing.Gateway.Telephony.Defence;
using Routing.Gateway.Telephony.Edge;
using Routing.Sip.Auth;
using Routing.Sip.Dialogs;
using Routing.Sip.Messages;
using Routing.Sip.Sdp;
using Routing.Sip.Transactions;
using Routing.Sip.Transport;

namespace Routing.Gateway.Telephony.Requests;

/// <summary>
/// The first INVITE: may it be here, from there, to that number, with that body? What passes becomes a call; what does not gets the refusal
/// that RFC 3261 §8.2 names, in its order.
/// </summary>
internal sealed class CallAdmission(GatewayServices services)
{
    private const int OverloadRetryAfterSeconds = 5;

    /// <summary>It is stored with every step of the call and sent to every page.</summary>
    private const int DisplayNameLimitChars = 128;

    public void OnInvite(InviteServerTransaction invite)
    {
        if (Refuse(invite, out var domain, out var offer) is { } refusal)
        {
            Reject(invite, refusal);
            return;
        }

        var request = invite.Request;
        var call = services.Ids.CallOf(domain!.Id, request.CallId, request.From.Tag ?? "", request.CSeq.Number);
        string contact = AgentInviter.ContactOf(invite.Flow, request.RequestUri.User);
        if (!Dialog.TryCreateUas(request, services.Ids.CallerTag(call), contact, isOverTls: false, out var dialog))
        {
            Reject(invite, services.Responses.For(request, 400, null, "Exactly one Contact is needed"));
            return;
        }

        CallSession session = new(services, domain.Id, call, CallerOrigin.Of(invite, dialog, services.Flows));
        if (!services.Calls.TryAdd(session))
        {
            // The same call by another way (RFC 3261 §8.2.2.2), after the first one's transaction was forgotten.
            Reject(invite, services.Responses.For(request, 482));
            return;
        }

        services.Counters.Add(SipGatewayCounter.CallsArrived);
        services.Audit.Watch(session);
        session.Begin(Arrival(call, request, offer, domain), offer, CallerLeg.ArrivalLimitMs - AgeMs(request));
    }

    private CallArrived Arrival(CallId call, SipRequest request, SessionDescription? offer, EdgeDomain domain) => new()
    {
        Call = call,
        Gateway = services.Options.Gateway,
        Dnis = TelephoneNumber.Of(request.RequestUri) ?? "",
        Ani = TelephoneNumber.OfCaller(request.From.Uri) is { } ani && Identifier.IsValid(ani) ? ani : "",
        DisplayName = request.From.DisplayName is { } name ? Cut(name, DisplayNameLimitChars) : null,
        Headers = HeadersOf(request, domain.Configuration.Headers),
        LateOffer = offer is null,
        Leg = new LegState(LegId.Of(LegRef.Caller.ToString()), default),
        Invite = services.ClusterIds?.InviteOf(request.CallId, request.From.Tag ?? ""),
        InvitedMs = services.ClusterIds is null ? 0 : services.Loop.Time.GetUtcNow().ToUnixTimeMilliseconds() - AgeMs(request),
    };

    /// <summary>Time since it came: unread, or held until the calls of the former life were there.</summary>
    private int AgeMs(SipRequest request) => (int)services.Loop.Time.GetElapsedTime(request.CameAt).TotalMilliseconds;

    /// <summary>What the domain's rules look at, of each header the first line.</summary>
    private static List<SipHeaderValue> HeadersOf(SipRequest request, IReadOnlyList<string> names)
    {
        List<SipHeaderValue> headers = [];
        foreach (string name in names)
        {
            if (request.Headers[name] is { } value)
            {
                headers.Add(new SipHeaderValue(name, Cut(value, SipHeaderValue.MaxLengthChars)));
            }
        }

        return headers;
    }

    /// <summary>Between characters: half of one is no text that could be stored.</summary>
    private static string Cut(string value, int limitChars) =>
        value.Length <= limitChars ? value : value[..(char.IsHighSurrogate(value[limitChars - 1]) ? limitChars - 1 : limitChars)];

    private SipResponse? Refuse(InviteServerTransaction invite, out EdgeDomain? domain, out SessionDescription? offer)
    {
        var request = invite.Request;
        var responses = services.Responses;
        domain = null;
        offer = null;
        if (request.RequestUri is { IsSip: false, Scheme: not "tel" })
        {
            return responses.For(request, 416);
        }

        if (request.Headers.MaxForwards == 0)
        {
            return responses.For(request, 483);
        }

        if (PassedHere(request, invite.Flow))
        {
            return responses.For(request, 482);
        }

        if (responses.RefuseExtensions(request) is { } extensions)
        {
            return extensions;
        }

        string? number = TelephoneNumber.Of(request.RequestUri);
        domain = services.Directory.Resolve(request.RequestUri.Host, number, invite.Flow.Remote.Address);
        return domain is null
            ? responses.For(request, 403)
            : RefuseCaller(invite, domain) ?? RefuseBody(request, out offer) ?? RefuseNumber(request, domain, number, invite.Flow.Remote);
    }

    /// <summary>Who may call (README): loopback in the demo, a trunk, or an agent with the right password.</summary>
    private SipResponse? RefuseCaller(InviteServerTransaction invite, EdgeDomain domain)
    {
        var source = invite.Flow.Remote.Address;
        if ((domain.Configuration.Demo && IPAddress.IsLoopback(source)) || domain.IsTrunk(source))
        {
            return null;
        }

        if (services.Authenticator.Verify(invite, domain, out var result) is not null)
        {
            return null;
        }

        return result != DigestResult.NotOffered || ClaimsToBeOurs(invite, domain)
            ? services.Authenticator.Refuse(invite, domain, result, services.Responses)
            : services.Responses.For(invite.Request, 403);
    }

    /// <summary>
    /// True when From speaks in our name: our domain, or our address unless the caller has the same. Whether there is such an agent must not matter,
    /// or the answer would tell strangers the names of agents; programs on this machine may know, and some write their own address into From.
    /// </summary>
    private bool ClaimsToBeOurs(InviteServerTransaction invite, EdgeDomain domain)
    {
        var from = invite.Request.From.Uri;
        var flow = invite.Flow;
        if (!services.Guard.IsStranger(flow.Remote) && from.DecodedUser is { } user && domain.FindAgent(user) is not null)
        {
            return true;
        }

        return domain.HasHost(from.Host)
            || (from.Host == flow.SentByHost && !(IPAddress.TryParse(from.Host, out var address) && address.Equals(flow.Remote.Address)));
    }

    private SipResponse? RefuseBody(SipRequest request, out SessionDescription? offer)
    {
        offer = null;
        var headers = request.Headers;
        if (SdpBody.IsForeign(request) || headers[HeaderId.ContentEncoding] is { } encoding && !encoding.Equals("identity", StringComparison.OrdinalIgnoreCase))
        {
            return services.Responses.For(request, 415);
        }

        return SdpBody.TryRead(request, out offer) && (offer is null || SdpBody.HasAudio(offer)) ? null : services.Responses.For(request, 488);
    }

    private SipResponse? RefuseNumber(SipRequest request, EdgeDomain domain, string? number, IPEndPoint source)
    {
        if (number is null || !domain.HasNumber(number))
        {
            return services.Responses.For(request, 404);
        }

        // A proxy that heard nothing for so long has given the call to another gateway.
        return services.Readiness.IsDraining || AgeMs(request) >= CallerLeg.ArrivalLimitMs || services.Calls.Count >= services.Options.CallsLimit || HasItsShare(source)
            ? services.Responses.RetryLater(request, 503, OverloadRetryAfterSeconds)
            : null;
    }

    /// <summary>Whom rates trust could take every call and every RTP port; the others would then be refused for its sake.</summary>
    private bool HasItsShare(IPEndPoint source)
    {
        if (services.Calls.CountOf(SourceKey.Of(source)) < services.Options.CallsPerSourceLimit)
        {
            return false;
        }

        services.Guard.OnShareTaken();
        return true;
    }

    private void Reject(InviteServerTransaction invite, SipResponse response)
    {
        services.Counters.Add(SipGatewayCounter.CallsRefused);
        services.Authenticator.Answer(invite, response);
    }

    /// <summary>A request that we sent ourselves has come back: a phone or trunk forwards to us (RFC 3261 §16.3 step 4).</summary>
    private static bool PassedHere(SipRequest request, SipFlow flow)
    {
        foreach (string value in request.Headers.GetAll(HeaderId.Via))
        {
            if (Via.TryParse(value, out var via) && via.Port == flow.SentByPort && via.Host == flow.SentByHost)
            {
                return true;
            }
        }

        return false;
    }
}
