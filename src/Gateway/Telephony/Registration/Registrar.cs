using System.Globalization;
using Routing.Contracts.Commands;
using Routing.Contracts.Configuration;
using Routing.Contracts.Views;
using Routing.Gateway.Telephony.Edge;
using Routing.Sip.Auth;
using Routing.Sip.Messages;
using Routing.Sip.Transactions;

namespace Routing.Gateway.Telephony.Registration;

/// <summary>
/// The registrar (RFC 3261 §10.3): agents' phones only, each by its own credentials. Bindings are state of the agent; the answer leaves after
/// their commit, with all of them.
/// </summary>
internal sealed class Registrar(GatewayServices services)
{
    private const int RetryAfterSeconds = 5;

    public void OnRegister(SipServerTransaction transaction)
    {
        var request = transaction.Request;
        if (services.Responses.RefuseExtensions(request) is { } extensions)
        {
            services.Authenticator.Answer(transaction, extensions);
        }
        else if (!request.RequestUri.IsSip)
        {
            services.Authenticator.Answer(transaction, services.Responses.For(request, 416));
        }
        else if (DomainOf(request) is not { } domain)
        {
            services.Authenticator.Answer(transaction, services.Responses.For(request, 404));
        }
        else
        {
            Authorize(transaction, domain);
        }
    }

    private void Authorize(SipServerTransaction transaction, EdgeDomain domain)
    {
        var request = transaction.Request;
        var agent = services.Authenticator.Verify(transaction, domain, out var result);
        if (agent is null)
        {
            services.Authenticator.Answer(transaction, services.Authenticator.Refuse(transaction, domain, result, services.Responses));
        }
        else if (request.To.Uri.DecodedUser != agent.SipUser || request.From.Uri.DecodedUser != agent.SipUser)
        {
            // Right password, another's address of record: no third-party registrations.
            transaction.Conclude(services.Responses.For(request, 403));
        }
        else if (RegistrationRequest.TryRead(transaction, services, out var registration, out var refusal))
        {
            Store(transaction, domain, agent, registration);
        }
        else
        {
            transaction.Conclude(refusal);
        }
    }

    private void Store(SipServerTransaction transaction, EdgeDomain domain, EdgeAgent agent, RegistrationRequest registration)
    {
        var request = transaction.Request;
        RegisterPhone command = new()
        {
            Agent = agent.Agent,
            Gateway = services.Options.Gateway,
            SipCallId = request.CallId,
            CSeq = (uint)request.CSeq.Number,
            Changes = registration.Changes,
            RemoveAll = registration.RemovesAll,
        };
        services.Domains.Send(domain.Id, command, repeats: false, reply =>
        {
            services.Pass(CrashPoint.BeforeRegistrationAnswer);
            transaction.Conclude(Answer(request, reply));
            services.Pass(CrashPoint.AfterRegistrationAnswer);
        });
    }

    private SipResponse Answer(SipRequest request, CommandReply reply)
    {
        if (reply is RegistrationReply registered)
        {
            services.Counters.Add(SipGatewayCounter.RegistrationsAccepted);
            return Accept(request, registered.Bindings);
        }

        return reply.Code switch
        {
            ReplyCode.NotFound => services.Responses.For(request, 404),
            ReplyCode.Refused => services.Responses.For(request, 403),
            // A CSeq that is not higher than the stored one: the update fails (RFC 3261 §10.3 step 7).
            ReplyCode.Conflict => services.Responses.For(request, 500, null, "CSeq out of order"),
            ReplyCode.Unavailable => services.Responses.RetryLater(request, 503, RetryAfterSeconds),
            _ => services.Responses.For(request, 500),
        };
    }

    private SipResponse Accept(SipRequest request, IReadOnlyList<PhoneBinding> bindings)
    {
        var now = services.Loop.Time.GetUtcNow();
        var response = services.Responses.For(request, 200);
        foreach (var binding in bindings)
        {
            double seconds = Math.Ceiling((binding.ExpiresAtMs - now.ToUnixTimeMilliseconds()) / 1_000.0);
            int remaining = (int)Math.Clamp(seconds, 0, services.Options.RegistrationMaxSeconds);
            string contact = string.Create(CultureInfo.InvariantCulture, $"<{binding.Contact}>;expires={remaining}");
            response.Headers.Add(HeaderId.Contact, binding.InstanceId is null ? contact : $"{contact};+sip.instance=\"{binding.InstanceId}\"");
        }

        response.Headers.Set(HeaderId.Date, now.ToString("r", CultureInfo.InvariantCulture));
        if (request.Headers.Contains(HeaderId.Path) && request.Headers.HasToken(HeaderId.Supported, "path"))
        {
            response.Headers.CopyFrom(request.Headers, HeaderId.Path);
        }

        return response;
    }

    /// <summary>By the host of the Request-URI, else by that of To; phones often write our address, then the agent's name decides.</summary>
    private EdgeDomain? DomainOf(SipRequest request)
    {
        var directory = services.Directory;
        if (directory.Resolve(request.RequestUri.Host, null, null) is { } named)
        {
            return named;
        }

        string? user = request.To.Uri.DecodedUser;
        var byUser = directory.Domains.Where(domain => domain.HasHost(request.To.Uri.Host) || (user is not null && domain.FindAgent(user) is not null)).ToList();
        return byUser.Count == 1 ? byUser[0] : byUser.Find(domain => DigestCredentials.Find(request.Headers, HeaderId.Authorization, domain.Realm) is not null);
    }
}
