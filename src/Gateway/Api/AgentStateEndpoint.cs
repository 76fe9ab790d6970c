using System.ComponentModel;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;
using Routing.Contracts.Commands;
using Routing.Contracts.Ids;
using Routing.Contracts.Views;
using Routing.Gateway.Api.Models;
using Routing.Gateway.Feeds;
using Routing.Mailbox.Hosting;

namespace Routing.Gateway.Api;

/// <summary>PUT agents/{id}/state: answered after the commit, with the agent as the committed events show it.</summary>
internal sealed class AgentStateEndpoint(IDomainHost host, IdempotencyKeys idempotency, TimeProvider time, IOptions<RoutingWebOptions> options)
{
    public const int MaxReasonLengthChars = 64;

    /// <summary>How long to wait for the projection to show what was committed: the reply and the events come on different ways.</summary>
    private static readonly TimeSpan ProjectionPatience = TimeSpan.FromMilliseconds(500);

    private static readonly IReadOnlyList<string> Modes = Words.All<AgentMode>();

    public static Task<IResult> Put(HttpContext context, AgentStateEndpoint endpoint, [Description("Id of the agent.")] string id) =>
        endpoint.PutAsync(context, id);

    private async Task<IResult> PutAsync(HttpContext context, string id)
    {
        DomainScope scope = DomainAccess.Scope(context);
        (byte[]? body, Problem? problem) = await JsonBody.ReadAsync(context, options.Value.MaxRequestBodyBytes);
        SetStateModel? model = null;
        AgentMode mode = default;
        problem ??= JsonBody.Parse(body!, ApiJson.Default.SetStateModel, ["state", "reason"], out model) ?? Check(model!, out mode);
        if (problem is not null)
        {
            return Problems.Result(problem);
        }

        if (!Identifier.IsValid(id) || scope.Projection.FindAgent(AgentId.Of(id)) is null)
        {
            return Problems.Result(ReadEndpoints.NoAgent(id));
        }

        problem = idempotency.Check(context.Request, scope.Grant, body!, out string? key);
        if (problem is not null)
        {
            return Problems.Result(problem);
        }

        string? reason = mode == AgentMode.Ready || string.IsNullOrWhiteSpace(model!.Reason) ? null : model.Reason.Trim();
        SetAgentState command = new(AgentId.Of(id), mode, reason, scope.Grant.Name);
        return await SendAsync(scope, command, key, context.RequestAborted);
    }

    private static Problem? Check(SetStateModel model, out AgentMode mode)
    {
        mode = default;
        if (model.State is null)
        {
            return Problems.BadBody("The field 'state' is missing.", "body $.state", "Send {\"state\":\"ready\"} or another allowed state.", Modes);
        }

        if (!Words.TryParse(model.State, out mode))
        {
            return Problems.BadBody($"'{model.State}' is not a state that can be set.", "body $.state", "Use one of the allowed states.", Modes);
        }

        return model.Reason is { Length: > MaxReasonLengthChars } || model.Reason?.Any(char.IsControl) == true
            ? Problems.BadBody("The reason is too long or has control characters.", "body $.reason", $"Send at most {MaxReasonLengthChars} characters in one line.")
            : null;
    }

    private async Task<IResult> SendAsync(DomainScope scope, SetAgentState command, string? key, CancellationToken aborted)
    {
        using CancellationTokenSource deadline = new(TimeSpan.FromMilliseconds(options.Value.WriteTimeoutMs), time);
        using CancellationTokenSource either = CancellationTokenSource.CreateLinkedTokenSource(aborted, deadline.Token);
        CommandReply reply;
        try
        {
            reply = await host.SendAsync(scope.Domain, command, key, either.Token);
        }
        catch (OperationCanceledException) when (!aborted.IsCancellationRequested)
        {
            return Problems.Result(Problems.OutcomeUnknown());
        }

        return reply.Code switch
        {
            ReplyCode.Ok => await ShowAsync(scope, command, aborted),
            ReplyCode.NotFound => Problems.Result(ReadEndpoints.NoAgent(command.Agent.Value)),
            ReplyCode.Conflict or ReplyCode.Gone => Problems.Result(Problems.Conflict(reply.Detail ?? "The agent's state does not allow it.")),
            ReplyCode.Refused => Problems.Result(Problems.Refused(reply.Detail ?? "The domain refused it.")),
            ReplyCode.Unavailable => Problems.Result(Problems.Unavailable(reply.Detail)),
            _ => Problems.Result(Problems.TurnFailed(reply.Detail)),
        };
    }

    /// <summary>The agent once the projection has caught up with the commit, or as it is known after <see cref="ProjectionPatience"/>.</summary>
    private async Task<IResult> ShowAsync(DomainScope scope, SetAgentState command, CancellationToken aborted)
    {
        using CancellationTokenSource patience = new(ProjectionPatience, time);
        using CancellationTokenSource either = CancellationTokenSource.CreateLinkedTokenSource(aborted, patience.Token);
        DomainProjection projection = scope.Projection;
        AgentView? agent;
        try
        {
            while (true)
            {
                ProjectionToken token = projection.Token;
                agent = projection.FindAgent(command.Agent);
                if (agent is null || Shows(agent, command))
                {
                    break;
                }

                await projection.WaitForChangeAsync(token, either.Token);
            }
        }
        catch (OperationCanceledException) when (!aborted.IsCancellationRequested)
        {
            agent = projection.FindAgent(command.Agent);
        }

        return agent is null
            ? Problems.Result(ReadEndpoints.NoAgent(command.Agent.Value))
            : ReadEndpoints.Json(ViewMapping.Map(agent, time.GetUtcNow().ToUnixTimeMilliseconds()));
    }

    /// <summary>Whether a view can be that of after the command. A conversation hides the mode; ready may turn into an offer in the same turn.</summary>
    private static bool Shows(AgentView agent, SetAgentState command) => agent.State switch
    {
        AgentState.Talking => true,
        AgentState.Ready or AgentState.Offered => command.Mode == AgentMode.Ready,
        AgentState.NotReady => command.Mode == AgentMode.NotReady && string.Equals(agent.Reason, command.Reason, StringComparison.Ordinal),
        AgentState.LoggedOut => command.Mode == AgentMode.LoggedOut,
        _ => false,
    };
}
