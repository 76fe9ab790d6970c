using System.ComponentModel;
using System.Globalization;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using Routing.Contracts.Events;
using Routing.Gateway.Api.Models;
using Routing.Gateway.Feeds;
using Routing.Gateway.Sessions;
using Routing.Mailbox.Hosting;

namespace Routing.Gateway.Api;

/// <summary>
/// The stream of events (src/Contracts/Formats/Events.md) for programs outside: pages of the log after a turn, and a long poll at its end.
/// <para>
/// A poll waits on the domain's projection, which one subscription of the process keeps current: a reader costs no subscription of its own, and reads the log only when something was committed.
/// What it gets always comes from the log, which is told in order and without a gap; the projection says only when to look again.
/// </para>
/// </summary>
internal sealed class EventEndpoint(
    IDomainHost host, EventReaders readers, ApiKeys keys, IHostApplicationLifetime lifetime, IOptions<RoutingWebOptions> options, TimeProvider time, WebCounters counters)
{
    public const int DefaultLimitTurns = 500;
    public const int MaxLimitTurns = 1_000;
    public const int MaxWaitSeconds = 30;

    /// <summary>Turns read at once: one may hold the events of a whole configuration.</summary>
    private const int ChunkTurns = 50;

    /// <summary>Events after which a page ends with its turn, whatever its limit.</summary>
    private const int PageEvents = 20_000;

    public static Task<IResult> Get(
        HttpContext context,
        EventEndpoint endpoint,
        [Description("Turn after which the answer begins: 'next' of the answer before, or the least 'sequence' of the state that was read. 0 is the oldest that is kept; without it what comes from now on.")] string? after,
        [Description("Most turns of an answer.")] string? limit,
        [Description("Seconds to wait when there is none yet: the answer comes as soon as something is committed.")] string? wait)
    {
        DomainScope scope = DomainAccess.Scope(context);
        long? start = null;
        if (after is not null)
        {
            if (!long.TryParse(after, NumberStyles.None, CultureInfo.InvariantCulture, out long number))
            {
                return Refuse(Problems.BadQuery("after", after, "Send 'next' of the answer before, 0 for the oldest that is kept, or leave it out for what comes from now on."));
            }

            start = number;
        }

        if (!TryRead(limit, 1, MaxLimitTurns, DefaultLimitTurns, out int limitTurns))
        {
            return Refuse(Problems.BadQuery("limit", limit!, $"Send a whole number from 1 to {MaxLimitTurns}, or leave it out for {DefaultLimitTurns}."));
        }

        return TryRead(wait, 0, MaxWaitSeconds, 0, out int waitSeconds)
            ? endpoint.AnswerAsync(context, scope, start, limitTurns, waitSeconds)
            : Refuse(Problems.BadQuery("wait", wait!, $"Send seconds from 0 to {MaxWaitSeconds}, or leave it out to be answered at once."));
    }

    private static Task<IResult> Refuse(Problem problem) => Task.FromResult(Problems.Result(problem));

    private static bool TryRead(string? text, int least, int most, int otherwise, out int value)
    {
        value = otherwise;
        return text is null || (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out value) && value >= least && value <= most);
    }

    private async Task<IResult> AnswerAsync(HttpContext context, DomainScope scope, long? start, int limitTurns, int waitSeconds)
    {
        if (!readers.TryEnter(scope.Grant))
        {
            counters.RequestThrottled();
            return Problems.Result(Problems.TooManyReaders());
        }

        try
        {
            return await FollowAsync(scope, start, limitTurns, waitSeconds, context.RequestAborted);
        }
        catch (OperationCanceledException) when (!context.RequestAborted.IsCancellationRequested)
        {
            return Problems.Result(Problems.DomainAway(scope.Domain.Value));
        }
        finally
        {
            readers.Leave(scope.Grant);
        }
    }

    private async Task<IResult> FollowAsync(DomainScope scope, long? start, int limitTurns, int waitSeconds, CancellationToken aborted)
    {
        DomainProjection projection = scope.Projection;
        using CancellationTokenSource patience = new(TimeSpan.FromSeconds(waitSeconds), time);
        using CancellationTokenSource ending = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, lifetime.ApplicationStopping, aborted);
        ProjectionToken token = projection.Token;
        long after = start ?? token.Sequence;
        long checkedIn = -1;
        while (true)
        {
            bool isLast = waitSeconds == 0 || ending.IsCancellationRequested;
            List<TurnEvents> turns = await ReadAsync(scope, after, limitTurns, aborted);

            // Once nothing was missing it stays so, until everything is numbered anew: what is waited for was not there to be pruned.
            if (checkedIn != token.Generation && await MissingAsync(scope, after, token.Sequence, turns, aborted) is { } problem)
            {
                return Problems.Result(problem);
            }

            checkedIn = token.Generation;
            if (turns.Count > 0 || isLast)
            {
                long next = turns.Count > 0 ? turns[^1].Sequence : after;
                return keys.StillHolds(scope.Grant)
                    ? ReadEndpoints.Json(new EventPage { Turns = [.. turns.Select(Map)], Next = next, Latest = Math.Max(next, projection.Sequence) })
                    : Problems.Result(Problems.UnknownKey());
            }

            await projection.WaitForChangeAsync(token, ending.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            aborted.ThrowIfCancellationRequested();
            token = projection.Token;
        }
    }

    /// <summary>
    /// Whether turns after the reader's may be gone (pruned), or the reader's is none of this history: then what to do instead. In doubt it says so: who reads the state again is right, who
    /// misses a turn is not.
    /// </summary>
    /// <param name="latest">A turn up to which the projection had seen everything before <paramref name="turns"/> were read.</param>
    private async Task<Problem?> MissingAsync(DomainScope scope, long after, long latest, List<TurnEvents> turns, CancellationToken aborted)
    {
        if (after == 0 || after == latest || (turns.Count > 0 && (after > latest || turns[0].Sequence == after + 1)))
        {
            return null;
        }

        List<TurnEvents> own = await ReadAsync(scope, after - 1, 1, aborted);
        if (own.Count > 0 && own[0].Sequence == after)
        {
            return null;
        }

        List<TurnEvents> first = await ReadAsync(scope, 0, 1, aborted);
        long? oldest = first.Count > 0 ? first[0].Sequence : null;
        return after > latest ? Problems.EventsAhead(after, oldest, latest)
            : oldest <= after ? null
            : Problems.EventsGone(after, oldest, latest);
    }

    /// <exception cref="OperationCanceledException">The domain is away, or the client is.</exception>
    private async Task<List<TurnEvents>> ReadAsync(DomainScope scope, long after, int limitTurns, CancellationToken aborted)
    {
        using CancellationTokenSource deadline = new(TimeSpan.FromMilliseconds(options.Value.ExplanationTimeoutMs), time);
        using CancellationTokenSource either = CancellationTokenSource.CreateLinkedTokenSource(aborted, deadline.Token);
        List<TurnEvents> turns = [];
        int events = 0;
        while (turns.Count < limitTurns && events < PageEvents)
        {
            int asked = Math.Min(ChunkTurns, limitTurns - turns.Count);
            IReadOnlyList<TurnEvents> chunk = await host.ReadEventsAsync(scope.Domain, turns.Count > 0 ? turns[^1].Sequence : after, asked, either.Token);
            turns.AddRange(chunk);
            events += chunk.Sum(static turn => turn.Events.Count);
            if (chunk.Count < asked)
            {
                break;
            }
        }

        return turns;
    }

    private static EventTurnModel Map(TurnEvents turn) => new()
    {
        Sequence = turn.Sequence,
        AtMs = turn.AtMs,
        Events = [.. turn.Events.Select(static told => new EventModel(told))],
    };
}
