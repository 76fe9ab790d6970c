using Microsoft.AspNetCore.Http;
using Routing.Gateway.Api.Models;
using Routing.Gateway.Feeds;
using Routing.Gateway.Sessions;

namespace Routing.Gateway.Api;

/// <summary>
/// Before every endpoint of a domain: which domain is meant, whether the key is of it, whether its state is loaded, whether the key has requests left, and whether the query
/// names only what the endpoint knows. The projection is handed on in <see cref="HttpContext.Items"/>.
/// </summary>
internal sealed class DomainAccess(DomainFeeds feeds, DefaultDomain defaults, RequestBudget budget, TimeProvider time, WebCounters counters) : IEndpointFilter
{
    private static readonly object ScopeKey = new();

    public static DomainScope Scope(HttpContext context) =>
        (DomainScope?)context.Items[ScopeKey] ?? throw new InvalidOperationException("The endpoint is not in a domain's group");

    public async ValueTask<object?> InvokeAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        HttpContext http = context.HttpContext;
        return Check(http, out DomainScope? scope) is { } problem ? Problems.Result(problem) : await Continue(scope!);

        async ValueTask<object?> Continue(DomainScope scope)
        {
            http.Items[ScopeKey] = scope;
            http.Response.Headers.CacheControl = "no-store";
            return await next(context);
        }
    }

    private Problem? Check(HttpContext http, out DomainScope? scope)
    {
        scope = null;
        Grant grant = Grant.Of(http.User) ?? throw new InvalidOperationException("The endpoint does not ask for a key");
        if (!budget.TryTake(grant))
        {
            counters.RequestThrottled();
            return Problems.Throttled();
        }

        string? named = (string?)http.Request.RouteValues["domain"];
        string? asked = named ?? defaults.Value?.Value;
        if (asked is null)
        {
            return Problems.NoDefaultDomain();
        }

        if (!string.Equals(grant.Domain.Value, asked, StringComparison.Ordinal))
        {
            return Problems.OtherDomain(grant, asked);
        }

        if (feeds.Find(grant.Domain) is not { IsLoaded: true } projection)
        {
            return Problems.NotLoaded(asked);
        }

        scope = new DomainScope(projection, grant, time.GetUtcNow().ToUnixTimeMilliseconds());
        return UnknownParameter(http);
    }

    private static Problem? UnknownParameter(HttpContext http)
    {
        IReadOnlyList<string> known = http.GetEndpoint()?.Metadata.GetMetadata<QueryParameters>()?.Names ?? [];
        foreach (string name in http.Request.Query.Keys)
        {
            if (!known.Contains(name, StringComparer.Ordinal))
            {
                return Problems.UnknownQuery(name, known);
            }
        }

        return null;
    }
}
