using System.ComponentModel;
using System.Globalization;
using Microsoft.AspNetCore.Http;
using Routing.Contracts.Ids;
using Routing.Contracts.Views;
using Routing.Gateway.Api.Models;
using Routing.Gateway.Feeds;
using Routing.Mailbox.Hosting;

namespace Routing.Gateway.Api;

/// <summary>Reads of calls.</summary>
internal static class CallEndpoints
{
    public static IResult Calls(
        HttpContext context,
        [Description("Only calls in these states, separated by commas; without it all live ones.")] string? state,
        [Description("Only calls that are (or were last) in this queue.")] string? queue,
        [Description("Only calls that this agent talks to or is rung for.")] string? agent,
        [Description("Cursor after which the page begins: 'next' of the page before.")] string? after,
        [Description("Most items of a page.")] string? limit)
    {
        DomainScope scope = DomainAccess.Scope(context);
        Place start = default;
        Problem? problem = Filter(scope.Projection, state, queue, agent, out CallFilter filter)
            ?? Paging.TryRead(limit, out _)
            ?? (after is null || Place.TryParse(after, out start) ? null : Problems.BadQuery("after", after, "Send 'next' of the page before as it was."));
        if (problem is not null)
        {
            return Problems.Result(problem);
        }

        _ = Paging.TryRead(limit, out int limitCount);
        long sequence = scope.Projection.Sequence;
        List<CallReading> all = scope.Projection.Calls(filter);
        all.Sort(static (left, right) => Place.Of(left.View).CompareTo(Place.Of(right.View)));
        List<CallReading> page = [.. all.Where(call => after is null || Place.Of(call.View).CompareTo(start) > 0).Take(limitCount + 1)];
        return ReadEndpoints.Json(new CallPage
        {
            Items = [.. page.Take(limitCount).Select(call => ViewMapping.Map(call, scope.NowMs))],
            Total = all.Count,
            Next = page.Count > limitCount ? Place.Of(page[limitCount - 1].View).ToString() : null,
            Sequence = sequence,
            At = scope.At,
        });
    }

    public static async Task<IResult> Call(HttpContext context, IDomainHost host, [Description("Id of the call.")] string id)
    {
        DomainScope scope = DomainAccess.Scope(context);
        CallDetailModel? detail = await ReadAsync(host, scope.Projection, id, scope.NowMs, context.RequestAborted);
        return detail is null
            ? Problems.Result(NoCall(id))
            : ReadEndpoints.Json(detail);
    }

    /// <summary>A live or ended call with all that happened to it, or null.</summary>
    public static async Task<CallDetailModel?> ReadAsync(
        IDomainHost host, DomainProjection projection, string id, long nowMs, CancellationToken cancellationToken)
    {
        if (!Identifier.IsValid(id))
        {
            return null;
        }

        CallId call = CallId.Of(id);
        CallDetail? detail = await host.ReadCallAsync(projection.Domain, call, cancellationToken);
        return detail is null ? null : ViewMapping.Map(detail, projection.FindCall(call), nowMs);
    }

    public static Problem NoCall(string id) => Problems.NotFound("call", id, "GET calls lists the live ones; ended calls are kept for a while.");

    private static Problem? Filter(DomainProjection projection, string? state, string? queue, string? agent, out CallFilter filter)
    {
        filter = new CallFilter();
        if (state is not null)
        {
            List<CallState> states = [];
            foreach (string word in state.Split(',', StringSplitOptions.TrimEntries))
            {
                if (!Words.TryParse(word, out CallState one))
                {
                    return Problems.BadQuery("state", word, "Use one of the allowed states, or several separated by commas.", Words.All<CallState>());
                }

                states.Add(one);
            }

            filter = filter with { States = states };
        }

        if (queue is not null)
        {
            if (!Identifier.IsValid(queue) || projection.FindQueue(QueueId.Of(queue)) is null)
            {
                return Problems.BadQuery("queue", queue, "Use the id of a queue; GET queues lists them all.");
            }

            filter = filter with { Queue = QueueId.Of(queue) };
        }

        if (agent is not null)
        {
            if (!Identifier.IsValid(agent) || projection.FindAgent(AgentId.Of(agent)) is null)
            {
                return Problems.BadQuery("agent", agent, "Use the id of an agent; GET agents lists them all.");
            }

            filter = filter with { Agent = AgentId.Of(agent) };
        }

        return null;
    }

    /// <summary>Order of the list, by arrival, that stays right when the call it names has gone.</summary>
    private readonly record struct Place(long ArrivedMs, string Id) : IComparable<Place>
    {
        public static Place Of(CallView call) => new(call.ArrivedMs, call.Id.Value);

        public static bool TryParse(string text, out Place place)
        {
            int separator = text.IndexOf('~', StringComparison.Ordinal);
            long arrivedMs = 0;
            bool valid = separator > 0
                && long.TryParse(text.AsSpan(0, separator), NumberStyles.None, CultureInfo.InvariantCulture, out arrivedMs)
                && Identifier.IsValid(text[(separator + 1)..]);
            place = valid ? new Place(arrivedMs, text[(separator + 1)..]) : default;
            return valid;
        }

        public int CompareTo(Place other)
        {
            int order = ArrivedMs.CompareTo(other.ArrivedMs);
            return order != 0 ? order : string.CompareOrdinal(Id, other.Id);
        }

        public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{ArrivedMs}~{Id}");
    }
}
