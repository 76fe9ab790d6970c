using Microsoft.Extensions.Options;
using Routing.Contracts.Explanations;
using Routing.Contracts.Ids;
using Routing.Contracts.Views;
using Routing.Gateway.Api.Models;
using Routing.Mailbox.Hosting;

namespace Routing.Gateway.Api.Explaining;

/// <summary>Asks domains why, for REST and the page. Nothing is answered from the projection: only the domain knows its rules.</summary>
internal sealed class Explainer(IDomainHost host, TimeProvider time, IOptions<RoutingWebOptions> options)
{
    /// <summary>A live or ended call, or null when there is none of this id.</summary>
    /// <exception cref="TimeoutException">The domain is away.</exception>
    public async Task<CallExplanationModel?> CallAsync(DomainId domain, string id, CancellationToken aborted)
    {
        if (!Identifier.IsValid(id))
        {
            return null;
        }

        CallId call = CallId.Of(id);
        if (await AskAsync(domain, new CallQuestion(call), aborted) is CallExplanation why)
        {
            return ExplanationMapping.Map(why);
        }

        CallDetail? detail = await host.ReadCallAsync(domain, call, aborted);
        return detail is { Call.State: CallState.Ended } ? ExplanationMapping.MapEnded(detail.Call, time.GetUtcNow().ToUnixTimeMilliseconds()) : null;
    }

    /// <summary>An agent, or null when there is none of this id.</summary>
    /// <exception cref="TimeoutException">The domain is away.</exception>
    public async Task<AgentExplanationModel?> AgentAsync(DomainId domain, string id, CancellationToken aborted) =>
        Identifier.IsValid(id) && await AskAsync(domain, new AgentQuestion(AgentId.Of(id)), aborted) is AgentExplanation why ? ExplanationMapping.Map(why) : null;

    private async Task<Explanation?> AskAsync(DomainId domain, Question question, CancellationToken aborted)
    {
        using CancellationTokenSource deadline = new(TimeSpan.FromMilliseconds(options.Value.ExplanationTimeoutMs), time);
        using CancellationTokenSource either = CancellationTokenSource.CreateLinkedTokenSource(aborted, deadline.Token);
        try
        {
            return await host.ExplainAsync(domain, question, either.Token);
        }
        catch (OperationCanceledException cancelled) when (!aborted.IsCancellationRequested)
        {
            throw new TimeoutException($"The domain '{domain}' did not answer in time.", cancelled);
        }
    }
}
