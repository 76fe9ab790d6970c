using System.ComponentModel;
using Microsoft.AspNetCore.Http;
using Routing.Contracts.Ids;
using Routing.Contracts.Views;
using Routing.Gateway.Api.Models;
using Routing.Gateway.Feeds;
using Routing.Mailbox.Hosting;

namespace Routing.Gateway.Api;

/// <summary>Reads of agents, queues, customers and the domain's figures.</summary>
internal static class ReadEndpoints
{
    public static IResult Summary(HttpContext context)
    {
        DomainScope scope = DomainAccess.Scope(context);
        DomainView domain = scope.Projection.Summary!;
        int[] agents = scope.Projection.AgentsByState();
        return Json(new SummaryModel
        {
            Domain = scope.Domain.Value,
            Sequence = scope.Projection.Sequence,
            At = scope.At,
            ConfigurationVersion = domain.ConfigurationVersion,
            Offered = domain.Offered,
            Answered = domain.Answered,
            Abandoned = domain.Abandoned,
            OverflowedOut = domain.OverflowedOut,
            Rejected = domain.Rejected,
            Failed = domain.Failed,
            Announced = domain.Announced,
            Waiting = domain.Waiting,
            Talking = domain.Talking,
            Announcing = domain.Announcing,
            Queues = scope.Projection.Queues().Count,
            Agents = Enum.GetValues<AgentState>().ToDictionary(Words.Of, state => agents[(int)state]),
        });
    }

    public static IResult Agents(
        HttpContext context,
        [Description("Only agents in this state.")] string? state,
        [Description("Id after which the page begins: 'next' of the page before.")] string? after,
        [Description("Most items of a page.")] string? limit)
    {
        DomainScope scope = DomainAccess.Scope(context);
        AgentState wanted = default;
        if (state is not null && !Words.TryParse(state, out wanted))
        {
            return Problems.Result(Problems.BadQuery("state", state, "Use one of the allowed states.", Words.All<AgentState>()));
        }

        if (Paging.TryRead(limit, out int limitCount) is { } problem)
        {
            return Problems.Result(problem);
        }

        long sequence = scope.Projection.Sequence;
        (IReadOnlyList<AgentView> page, int total) = scope.Projection.Agents(state is null ? null : wanted, after, limitCount + 1);
        bool more = page.Count > limitCount;
        return Json(new AgentPage
        {
            Items = [.. page.Take(limitCount).Select(agent => ViewMapping.Map(agent, scope.NowMs))],
            Total = total,
            Next = more ? page[limitCount - 1].Id.Value : null,
            Sequence = sequence,
            At = scope.At,
        });
    }

    public static IResult Agent(HttpContext context, [Description("Id of the agent.")] string id)
    {
        DomainScope scope = DomainAccess.Scope(context);
        return Identifier.IsValid(id) && scope.Projection.FindAgent(AgentId.Of(id)) is { } agent
            ? Json(ViewMapping.Map(agent, scope.NowMs))
            : Problems.Result(NoAgent(id));
    }

    public static IResult Queues(
        HttpContext context,
        [Description("Id after which the page begins: 'next' of the page before.")] string? after,
        [Description("Most items of a page.")] string? limit)
    {
        DomainScope scope = DomainAccess.Scope(context);
        if (Paging.TryRead(limit, out int limitCount) is { } problem)
        {
            return Problems.Result(problem);
        }

        long sequence = scope.Projection.Sequence;
        IReadOnlyList<QueueReading> all = scope.Projection.Queues();
        List<QueueReading> page = [.. all.Where(queue => after is null || string.CompareOrdinal(queue.View.Id.Value, after) > 0).Take(limitCount + 1)];
        return Json(new QueuePage
        {
            Items = [.. page.Take(limitCount).Select(queue => ViewMapping.Map(queue, scope.NowMs))],
            Total = all.Count,
            Next = page.Count > limitCount ? page[limitCount - 1].View.Id.Value : null,
            Sequence = sequence,
            At = scope.At,
        });
    }

    public static IResult Queue(HttpContext context, [Description("Id of the queue.")] string id)
    {
        DomainScope scope = DomainAccess.Scope(context);
        return Identifier.IsValid(id) && scope.Projection.FindQueue(QueueId.Of(id)) is { } queue
            ? Json(ViewMapping.Map(queue, scope.NowMs))
            : Problems.Result(Problems.NotFound("queue", id, "GET queues lists them all."));
    }

    public static async Task<IResult> Customer(
        HttpContext context,
        IDomainHost host,
        [Description("The caller's number as it came in.")] string ani)
    {
        DomainScope scope = DomainAccess.Scope(context);
        CustomerView? customer = Identifier.IsValid(ani) ? await host.ReadCustomerAsync(scope.Domain, CustomerId.Of(ani), context.RequestAborted) : null;
        return customer is null
            ? Problems.Result(Problems.NotFound("customer", ani, "A customer is remembered from the first call on; use the number as GET calls shows it."))
            : Json(ViewMapping.Map(customer));
    }

    public static Problem NoAgent(string id) => Problems.NotFound("agent", id, "GET agents lists them all.");

    public static IResult Json<T>(T model) => Results.Json(model, ApiJson.Wire);
}
