using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using Routing.Contracts.Commands;
using Routing.Sip.Messages;
using Routing.Sip.Transactions;

namespace Routing.Gateway.Telephony.Registration;

/// <summary>What a REGISTER asks for, with the life times that we grant.</summary>
internal sealed record RegistrationRequest(IReadOnlyList<BindingChange> Changes, bool RemovesAll)
{
    /// <summary>False with the refusal when the request is wrong (400), too short-lived (423), or names too many contacts (400).</summary>
    public static bool TryRead(
        SipServerTransaction transaction,
        GatewayServices services,
        [NotNullWhen(true)] out RegistrationRequest? registration,
        [NotNullWhen(false)] out SipResponse? refusal)
    {
        var request = transaction.Request;
        var options = services.Options;
        registration = null;
        refusal = null;
        if (request.Headers.HasWildcardContact)
        {
            // RFC 3261 §10.3 step 6: alone, and with Expires: 0.
            bool isAlone = request.Headers.CountOf(HeaderId.Contact) == 1 && request.Headers.ExpiresSeconds == 0;
            registration = isAlone ? new RegistrationRequest([], RemovesAll: true) : null;
            refusal = isAlone ? null : services.Responses.For(request, 400, null, "A wildcard Contact goes alone and with Expires: 0");
            return isAlone;
        }

        var contacts = request.Headers.Contacts;
        if (contacts.Count > options.RegistrationContactsLimit || contacts.Any(static contact => !contact.Uri.IsSip))
        {
            refusal = services.Responses.For(request, 400, null, "Too many contacts, or one that is no SIP URI");
            return false;
        }

        List<BindingChange> changes = new(contacts.Count);
        foreach (var contact in contacts)
        {
            int wanted = contact.ExpiresSeconds ?? request.Headers.ExpiresSeconds ?? options.RegistrationDefaultSeconds;
            if (wanted > 0 && wanted < options.RegistrationMinSeconds)
            {
                refusal = services.Responses.For(request, 423);
                refusal.Headers.Set(HeaderId.MinExpires, options.RegistrationMinSeconds.ToString(CultureInfo.InvariantCulture));
                return false;
            }

            changes.Add(Change(transaction, services, contact, Math.Min(wanted, options.RegistrationMaxSeconds)));
        }

        registration = new RegistrationRequest(changes, RemovesAll: false);
        return true;
    }

    private static BindingChange Change(SipServerTransaction transaction, GatewayServices services, NameAddress contact, int seconds)
    {
        var request = transaction.Request;
        var flow = transaction.Flow;
        bool hasPath = request.Headers.Contains(HeaderId.Path);
        // Behind a proxy with Path the proxy holds the flow to the phone (RFC 3327).
        bool usesFlow = !hasPath && seconds > 0 && (flow.IsConnection || NatDetection.IsRewritten(request.Via, flow, contact.Uri));
        string? flowName = usesFlow ? services.Flows.Name(flow) : null;
        string? path = request.Headers[HeaderId.Path];
        var hop = path is not null && NameAddress.TryParse(path, out var proxy) ? proxy.Uri : contact.Uri;
        return new BindingChange(
            contact.Uri.ToString(),
            seconds,
            flowName,
            flow.Remote.ToString(),
            contact.Parameters["+sip.instance"]?.Trim('"'),
            request.Headers[HeaderId.UserAgent],
            [.. request.Headers.GetAll(HeaderId.Path)],
            seconds > 0 ? services.Edge?.UriOf(flowName, hop) : null);
    }
}
