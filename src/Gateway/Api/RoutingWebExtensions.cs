using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Routing.Contracts.Configuration;
using Routing.Gateway.Api.Configuration;
using Routing.Gateway.Api.Explaining;
using Routing.Gateway.Feeds;
using Routing.Gateway.Hubs;
using Routing.Gateway.Sessions;

namespace Routing.Gateway.Api;

/// <summary>How a process serves REST, hub and page: it registers an <see cref="Routing.Mailbox.Hosting.IDomainHost"/>, calls these two, and adds nothing else.</summary>
public static class RoutingWebExtensions
{
    internal const string ReaderPolicy = "reader";
    internal const string SupervisorPolicy = "supervisor";

    public static IServiceCollection AddRoutingWeb(this IServiceCollection services, Action<RoutingWebOptions>? configure = null)
    {
        services.AddOptions<RoutingWebOptions>().Configure(configure ?? (static _ => { }));
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton<DomainFeeds>();
        services.AddHostedService(static provider => provider.GetRequiredService<DomainFeeds>());
        services.AddSingleton<DefaultDomain>();
        services.AddSingleton<ApiKeys>();
        services.AddSingleton<KeyGuard>();
        services.AddSingleton<ConnectionGate>();
        services.AddSingleton<HubTickets>();
        services.AddSingleton<WebCounters>();
        services.AddSingleton<RequestBudget>();
        services.AddSingleton<IdempotencyKeys>();
        services.AddSingleton<AgentStateEndpoint>();
        services.AddSingleton<EventReaders>();
        services.AddSingleton<EventEndpoint>();
        services.AddSingleton<Explainer>();
        services.AddSingleton<OtherDomains>();
        services.AddSingleton<ConfigurationEndpoints>();
        services.AddSingleton<ClientAssets>();
        services.AddSingleton<IStartupFilter, WebGuard>();
        services.ConfigureHttpJsonOptions(static json => ApiJson.Align(json.SerializerOptions));
        services.AddAuthentication(Grant.Scheme).AddScheme<AuthenticationSchemeOptions, KeyAuthentication>(Grant.Scheme, configureOptions: null);
        services.AddAuthorizationBuilder()
            .AddPolicy(ReaderPolicy, static policy => policy.RequireAuthenticatedUser())
            .AddPolicy(SupervisorPolicy, static policy => policy.RequireRole(nameof(ApiRole.Supervisor), nameof(ApiRole.Admin)));
        services.AddRoutingOpenApi();
        services.AddSignalR(static hub =>
        {
            hub.MaximumReceiveMessageSize = LiveHub.MaxReceiveMessageBytes;
            hub.MaximumParallelInvocationsPerClient = LiveHub.MaxParallelInvocationsCount;
            hub.StreamBufferCapacity = 1;
            hub.KeepAliveInterval = TimeSpan.FromSeconds(LiveHub.KeepAliveSeconds);
            hub.ClientTimeoutInterval = TimeSpan.FromSeconds(LiveHub.ClientTimeoutSeconds);
            hub.DisableImplicitFromServicesParameters = true;
        }).AddJsonProtocol(static json => json.PayloadSerializerOptions = ApiJson.Wire.Options);
        return services;
    }

    public static IEndpointRouteBuilder MapRoutingApi(this IEndpointRouteBuilder endpoints)
    {
        RouteGroupBuilder api = endpoints.MapGroup("/api/v1");
        api.MapGet("/domains", DomainsEndpoint.Get).Describe(ApiText.Domains).RequireAuthorization(ReaderPolicy);
        endpoints.MapDomain("/api/v1");
        endpoints.MapDomain("/api/v1/domains/{domain}");
        endpoints.MapOpenApi();
        endpoints.MapHub<LiveHub>(LiveHub.Path, LiveHub.Configure).WithMetadata(new OpenOnLoopback()).RequireAuthorization(ReaderPolicy);
        endpoints.ServiceProvider.GetRequiredService<ClientAssets>().Map(endpoints);
        return endpoints;
    }

    private static void MapDomain(this IEndpointRouteBuilder endpoints, string prefix)
    {
        RouteGroupBuilder group = endpoints.MapGroup(prefix);
        group.AddEndpointFilterFactory(static (factory, next) =>
        {
            DomainAccess access = ActivatorUtilities.CreateInstance<DomainAccess>(factory.ApplicationServices);
            return invocation => access.InvokeAsync(invocation, next);
        });
        group.RequireAuthorization(ReaderPolicy);
        group.MapGet("/summary", ReadEndpoints.Summary).Describe(ApiText.Summary);
        group.MapGet("/agents", ReadEndpoints.Agents).Describe(ApiText.Agents);
        group.MapGet("/agents/{id}", ReadEndpoints.Agent).Describe(ApiText.Agent);
        group.MapGet("/agents/{id}/explanation", ExplanationEndpoints.Agent).Describe(ApiText.AgentExplanation);
        group.MapPut("/agents/{id}/state", AgentStateEndpoint.Put).Describe(ApiText.SetAgentState).RequireAuthorization(SupervisorPolicy);
        group.MapGet("/queues", ReadEndpoints.Queues).Describe(ApiText.Queues);
        group.MapGet("/queues/{id}", ReadEndpoints.Queue).Describe(ApiText.Queue);
        group.MapGet("/calls", CallEndpoints.Calls).Describe(ApiText.Calls);
        group.MapGet("/calls/{id}", CallEndpoints.Call).Describe(ApiText.Call);
        group.MapGet("/calls/{id}/explanation", ExplanationEndpoints.Call).Describe(ApiText.CallExplanation);
        group.MapGet("/events", EventEndpoint.Get).Describe(ApiText.Events).RequireAuthorization(SupervisorPolicy);
        group.MapGet("/customers/{ani}", ReadEndpoints.Customer).Describe(ApiText.Customer);
        group.MapGet("/configuration", ConfigurationEndpoints.Get).Describe(ApiText.Configuration);
        group.MapGet("/configuration/versions", ConfigurationEndpoints.Versions).Describe(ApiText.ConfigurationVersions);
        group.MapPost("/configuration", ConfigurationEndpoints.Apply).Describe(ApiText.ApplyConfiguration);
        group.MapPost("/configuration/rollback", ConfigurationEndpoints.RollBack).Describe(ApiText.RollBackConfiguration);
        group.MapPost("/hub-tickets", TicketEndpoint.Post).Describe(ApiText.Ticket);
    }
}
