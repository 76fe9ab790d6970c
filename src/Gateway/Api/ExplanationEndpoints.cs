using System.ComponentModel;
using Microsoft.AspNetCore.Http;
using Routing.Gateway.Api.Explaining;

namespace Routing.Gateway.Api;

/// <summary>Why is this call still waiting, why is this agent idle: asked of the domain itself, now.</summary>
internal static class ExplanationEndpoints
{
    public static async Task<IResult> Call(HttpContext context, Explainer explainer, [Description("Id of the call.")] string id)
    {
        DomainScope scope = DomainAccess.Scope(context);
        try
        {
            return await explainer.CallAsync(scope.Domain, id, context.RequestAborted) is { } why
                ? ReadEndpoints.Json(why)
                : Problems.Result(CallEndpoints.NoCall(id));
        }
        catch (TimeoutException)
        {
            return Problems.Result(Problems.DomainAway(scope.Domain.Value));
        }
    }

    public static async Task<IResult> Agent(HttpContext context, Explainer explainer, [Description("Id of the agent.")] string id)
    {
        DomainScope scope = DomainAccess.Scope(context);
        try
        {
            return await explainer.AgentAsync(scope.Domain, id, context.RequestAborted) is { } why
                ? ReadEndpoints.Json(why)
                : Problems.Result(ReadEndpoints.NoAgent(id));
        }
        catch (TimeoutException)
        {
            return Problems.Result(Problems.DomainAway(scope.Domain.Value));
        }
    }
}
