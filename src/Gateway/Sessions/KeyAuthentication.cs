using System.Net;
using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Routing.Contracts.Configuration;
using Routing.Contracts.Ids;
using Routing.Gateway.Api;
using Routing.Gateway.Feeds;

namespace Routing.Gateway.Sessions;

/// <summary>
/// Bearer keys (RFC 6750) for REST; for endpoints marked <see cref="OpenOnLoopback"/> also a hub ticket, and in the demo nothing at all from this machine.
/// Refusals are problem documents that say what to send. They are counted and not logged: a stranger could fill the log with them.
/// </summary>
public sealed class KeyAuthentication(
    IOptionsMonitor<AuthenticationSchemeOptions> options,
    UrlEncoder encoder,
    ApiKeys keys,
    HubTickets tickets,
    DomainFeeds feeds,
    DefaultDomain defaults,
    KeyGuard guard,
    WebCounters counters) : AuthenticationHandler<AuthenticationSchemeOptions>(options, NullLoggerFactory.Instance, encoder)
{
    private const string Prefix = "Bearer ";

    /// <summary>Query parameter in which the browser's SignalR client puts a ticket.</summary>
    private const string TicketParameter = "access_token";

    protected override Task<AuthenticateResult> HandleAuthenticateAsync()
    {
        DomainId? domain = AddressedDomain();
        bool isOfPage = Context.GetEndpoint()?.Metadata.GetMetadata<OpenOnLoopback>() is not null;
        string? authorization = Request.Headers.Authorization;
        if ((authorization is not null || (isOfPage && Request.Query.ContainsKey(TicketParameter))) && !guard.MayTry(Source))
        {
            return Task.FromResult(Refuse());
        }

        if (authorization is not null)
        {
            return Task.FromResult(Presented(authorization, domain, isOfPage) is { } grant ? Success(grant) : Refuse());
        }

        if (!isOfPage)
        {
            return Task.FromResult(AuthenticateResult.NoResult());
        }

        if (Request.Query[TicketParameter] is [{ } ticket])
        {
            return Task.FromResult(tickets.Redeem(ticket) is { } grant ? Success(grant) : Refuse());
        }

        return Task.FromResult(OpenDomain(domain) is { } open && LocalAccess.IsLocal(Context)
            ? Success(new Grant("local", ApiRole.Reader, open, KeySha256: null))
            : AuthenticateResult.NoResult());
    }

    protected override Task HandleChallengeAsync(AuthenticationProperties properties)
    {
        // Keys come with the configuration: before it is loaded nobody can be told that his is wrong.
        if (feeds.Projections.FirstOrDefault(static projection => !projection.IsLoaded) is { } missing)
        {
            return Problems.WriteAsync(Context, Problems.NotLoaded(missing.Domain.Value));
        }

        if (Context.Items.TryGetValue(this, out object? throttled) && throttled is true)
        {
            return Problems.WriteAsync(Context, Problems.TooManyKeys());
        }

        bool refused = Context.Items.ContainsKey(this);
        Response.Headers.WWWAuthenticate = refused ? "Bearer realm=\"routing\", error=\"invalid_token\"" : "Bearer realm=\"routing\"";
        return Problems.WriteAsync(Context, refused ? Problems.UnknownKey() : Problems.MissingKey());
    }

    protected override Task HandleForbiddenAsync(AuthenticationProperties properties) =>
        Problems.WriteAsync(Context, Problems.RoleTooLow(Grant.Of(Context.User)));

    private IPAddress? Source => Context.Connection.RemoteIpAddress;

    /// <summary>The browser's client negotiates with its ticket in the header and connects with it in the query.</summary>
    private Grant? Presented(string authorization, DomainId? domain, bool mayBeTicket)
    {
        if (!authorization.StartsWith(Prefix, StringComparison.OrdinalIgnoreCase))
        {
            return null;
        }

        string secret = authorization[Prefix.Length..].Trim();
        return keys.Find(secret, domain) ?? (mayBeTicket ? tickets.Redeem(secret) : null);
    }

    private static AuthenticateResult Success(Grant grant) => AuthenticateResult.Success(new AuthenticationTicket(grant.ToPrincipal(), Grant.Scheme));

    private AuthenticateResult Refuse()
    {
        counters.KeyRefused();
        bool isThrottled = !guard.TryFail(Source);
        if (isThrottled)
        {
            counters.RequestThrottled();
        }

        Context.Items[this] = isThrottled;
        return AuthenticateResult.Fail("Unknown key or ticket");
    }

    private DomainId? AddressedDomain() =>
        Request.RouteValues["domain"] is string text && Identifier.IsValid(text) ? DomainId.Of(text) : defaults.Value;

    private DomainId? OpenDomain(DomainId? addressed) =>
        addressed is { } domain && feeds.Find(domain)?.Edge?.Demo == true ? domain : null;
}
