using System.Runtime.CompilerServices;
using Microsoft.AspNetCore.Http.Connections;
using Microsoft.AspNetCore.SignalR;
using Microsoft.Extensions.Options;
using Routing.Contracts.Ids;
using Routing.Gateway.Api;
using Routing.Gateway.Api.Explaining;
using Routing.Gateway.Api.Models;
using Routing.Gateway.Feeds;
using Routing.Gateway.Hubs.Models;
using Routing.Gateway.Sessions;
using Routing.Mailbox.Hosting;

namespace Routing.Gateway.Hubs;

/// <summary>
/// The read-only hub of the page: <see cref="Watch"/> streams the domain's state, first everything, then what changed, at most ten frames a second to each client.
/// Every stream pulls from the projection at its client's own pace; the newest state wins, so a slow client gets fewer and larger frames and holds up nobody.
/// </summary>
internal sealed class LiveHub(
    DomainFeeds feeds, ApiKeys keys, IDomainHost host, Explainer explainer, RequestBudget budget, IOptions<RoutingWebOptions> options, TimeProvider time, WebCounters counters) : Hub
{
    public const string Path = "/hubs/live";
    public const int MaxReceiveMessageBytes = 4 * 1024;
    public const int MaxParallelInvocationsCount = 4;

    public const int KeepAliveSeconds = 10;

    /// <summary>A client that was silent for this long is gone; SignalR's clients ping every 15 seconds.</summary>
    public const int ClientTimeoutSeconds = 45;

    /// <summary>Unsent bytes of a client above which its stream waits.</summary>
    public const int MaxUnsentBytes = 256 * 1024;

    private const string Counted = "counted";
    private const string KeyGone = "The key is no longer valid.";

    public override async Task OnConnectedAsync()
    {
        if (!counters.TryOpenHub(options.Value.MaxHubConnectionsCount))
        {
            throw new HubException("Too many connections to this server: try again later.");
        }

        Context.Items[Counted] = true;
        await base.OnConnectedAsync();
    }

    public override Task OnDisconnectedAsync(Exception? exception)
    {
        if (Context.Items.Remove(Counted))
        {
            counters.HubClosed();
        }

        return base.OnDisconnectedAsync(exception);
    }

    /// <summary>Streams the state of the caller's domain until cancelled, or until the key no longer holds.</summary>
    public async IAsyncEnumerable<LiveFrame> Watch([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        Grant grant = Grant.Of(Context.User) ?? throw new HubException(KeyGone);
        DomainProjection projection = feeds.Find(grant.Domain) ?? throw new HubException(KeyGone);
        TimeSpan interval = TimeSpan.FromMilliseconds(options.Value.HubFrameIntervalMs);
        ProjectionToken token = default;
        object? edge = null;
        while (true)
        {
            await WaitAsync(projection, token, cancellationToken);
            if (!ReferenceEquals(edge, projection.Edge) && !keys.StillHolds(grant))
            {
                // An exception would say it too, and the log would have it as a fault of the server.
                yield return LiveMapping.End(projection, KeyGone, time.GetUtcNow().ToUnixTimeMilliseconds());
                yield break;
            }

            if (projection.Since(token) is { } changes)
            {
                bool withHints = changes.Full || !ReferenceEquals(edge, changes.Edge);
                edge = changes.Edge;
                token = changes.Token;
                counters.HubFrame(changes.Full);
                yield return LiveMapping.Map(changes, withHints ? options.Value : null, time.GetUtcNow().ToUnixTimeMilliseconds());
            }

            await Task.Delay(interval, time, cancellationToken);
        }
    }

    /// <summary>A live or ended call with its timeline and why each offer was made; null when there is none of this id.</summary>
    public Task<CallDetailModel?> ReadCall(string id)
    {
        (_, DomainProjection projection) = Caller();
        return CallEndpoints.ReadAsync(host, projection, id, time.GetUtcNow().ToUnixTimeMilliseconds(), Context.ConnectionAborted);
    }

    /// <summary>Why a call is still waiting, asked of its domain now; null when there is none of this id.</summary>
    public Task<CallExplanationModel?> ExplainCall(string id) => AskAsync(id, explainer.CallAsync);

    /// <summary>Why an agent is idle, asked of the domain now; null when there is none of this id.</summary>
    public Task<AgentExplanationModel?> ExplainAgent(string id) => AskAsync(id, explainer.AgentAsync);

    internal static void Configure(HttpConnectionDispatcherOptions connection)
    {
        connection.Transports = HttpTransportType.WebSockets;
        connection.ApplicationMaxBufferSize = MaxReceiveMessageBytes * MaxParallelInvocationsCount;
        connection.TransportMaxBufferSize = MaxUnsentBytes;
    }

    /// <summary>Waits for a change, or for the time of a frame that says only that nothing changed: so the page knows how old its data is.</summary>
    private async Task WaitAsync(DomainProjection projection, ProjectionToken token, CancellationToken cancellationToken)
    {
        using CancellationTokenSource beat = new(TimeSpan.FromMilliseconds(options.Value.HubHeartbeatMs), time);
        using CancellationTokenSource either = CancellationTokenSource.CreateLinkedTokenSource(beat.Token, cancellationToken);
        await projection.WaitForChangeAsync(token, either.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        cancellationToken.ThrowIfCancellationRequested();
    }

    /// <summary>Questions take time of the domain itself: they count as requests of the key.</summary>
    private async Task<T?> AskAsync<T>(string id, Func<DomainId, string, CancellationToken, Task<T?>> ask)
        where T : class
    {
        (Grant grant, DomainProjection projection) = Caller();
        if (!budget.TryTake(grant))
        {
            counters.RequestThrottled();
            throw new HubException("Too many questions: ask less often.");
        }

        try
        {
            return await ask(projection.Domain, id, Context.ConnectionAborted);
        }
        catch (TimeoutException)
        {
            throw new HubException("The domain does not answer.");
        }
    }

    private (Grant Grant, DomainProjection Projection) Caller() =>
        Grant.Of(Context.User) is { } grant && keys.StillHolds(grant) && feeds.Find(grant.Domain) is { } projection
            ? (grant, projection)
            : throw new HubException(KeyGone);
}
