using Microsoft.AspNetCore.Http;
using Routing.Gateway.Api.Models;
using Routing.Gateway.Sessions;

namespace Routing.Gateway.Api;

/// <summary>GET domains: a key sees its own.</summary>
internal static class DomainsEndpoint
{
    public static IResult Get(HttpContext context) =>
        ReadEndpoints.Json(new DomainsModel { Domains = Grant.Of(context.User) is { } grant ? [grant.Domain.Value] : [] });
}
