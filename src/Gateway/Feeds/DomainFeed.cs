using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using Routing.Contracts.Events;
using Routing.Contracts.Ids;
using Routing.Contracts.Views;
using Routing.Mailbox.Hosting;

namespace Routing.Gateway.Feeds;

/// <summary>
/// Keeps one <see cref="DomainProjection"/> current: snapshot, then the events after it. Until the host answers it tries again with growing pauses; when the projection
/// cannot follow (a fault in an event) it starts over from a new snapshot, so that readers see old state for a moment and never wrong state for long.
/// </summary>
public sealed partial class DomainFeed : IEventSink
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(2);

    private readonly IDomainHost _host;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly Channel<bool> _work = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    private volatile bool _mustReload = true;
    private volatile bool _mustFetchEdge;

    public DomainFeed(IDomainHost host, DomainId domain, TimeProvider time, ILogger logger)
    {
        _host = host;
        _time = time;
        _logger = logger;
        Projection = new DomainProjection(domain);
    }

    public DomainProjection Projection { get; }

    /// <inheritdoc/>
    public void OnEvents(DomainId domain, TurnEvents turn)
    {
        try
        {
            if (_mustReload || !Projection.Apply(turn))
            {
                return;
            }

            _mustFetchEdge = true;
        }
        catch (Exception fault)
        {
            LogApplyFailed(fault, domain.Value, turn.Sequence);
            _mustReload = true;
        }

        _work.Writer.TryWrite(true);
    }

    /// <inheritdoc/>
    public void OnStartOver(DomainId domain)
    {
        _mustReload = true;
        _work.Writer.TryWrite(true);
    }

    /// <summary>Runs until cancelled.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        IDisposable? subscription = null;
        TimeSpan pause = FirstPause;
        try
        {
            while (!cancellationToken.IsCancellationRequested)
            {
                try
                {
                    if (_mustReload)
                    {
                        subscription?.Dispose();
                        subscription = await LoadAsync(cancellationToken);
                    }
                    else if (_mustFetchEdge)
                    {
                        await FetchEdgeAsync(cancellationToken);
                    }

                    pause = FirstPause;
                    await _work.Reader.ReadAsync(cancellationToken);
                }
                catch (Exception fault) when (!cancellationToken.IsCancellationRequested)
                {
                    LogReadFailed(fault, Projection.Domain.Value, pause.TotalMilliseconds);
                    await Task.Delay(pause, _time, cancellationToken);
                    pause = pause * 2 < LongestPause ? pause * 2 : LongestPause;
                }
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            LogStopped(Projection.Domain.Value);
        }
        finally
        {
            subscription?.Dispose();
        }
    }

    private async Task<IDisposable> LoadAsync(CancellationToken cancellationToken)
    {
        DomainSnapshot snapshot = await _host.SnapshotAsync(Projection.Domain, cancellationToken);
        // After the snapshot: a call that ends in between is in one of the two.
        Projection.Reset(snapshot, await ReadEndedAsync(cancellationToken));
        _mustFetchEdge = false;
        _mustReload = false;
        LogLoaded(Projection.Domain.Value, snapshot.Sequence, snapshot.Agents.Count, snapshot.Queues.Count, snapshot.Calls.Count);
        try
        {
            return _host.SubscribeEvents(Projection.Domain, snapshot.Sequence, this);
        }
        catch
        {
            _mustReload = true;
            throw;
        }
    }

    /// <summary>What ended lately is for lists only: when it cannot be read, everything else is shown without it.</summary>
    private async Task<IReadOnlyList<CallView>> ReadEndedAsync(CancellationToken cancellationToken)
    {
        try
        {
            return await _host.ReadEndedCallsAsync(Projection.Domain, ProjectionLimits.EndedCallsCount, cancellationToken);
        }
        catch (Exception fault) when (!cancellationToken.IsCancellationRequested)
        {
            LogEndedUnread(fault, Projection.Domain.Value);
            return [];
        }
    }

    private async Task FetchEdgeAsync(CancellationToken cancellationToken)
    {
        _mustFetchEdge = false;
        try
        {
            DomainSnapshot snapshot = await _host.SnapshotAsync(Projection.Domain, cancellationToken);
            if (snapshot.Edge is not null)
            {
                Projection.SetEdge(snapshot.Edge);
            }
        }
        catch
        {
            _mustFetchEdge = true;
            throw;
        }
    }

    [LoggerMessage(4101, LogLevel.Debug, "Feed of domain {Domain} loaded at turn {Sequence}: {Agents} agents, {Queues} queues, {Calls} calls")]
    private partial void LogLoaded(string domain, long sequence, int agents, int queues, int calls);

    [LoggerMessage(4102, LogLevel.Error, "Feed of domain {Domain} could not apply turn {Sequence} and starts over from a snapshot")]
    private partial void LogApplyFailed(Exception fault, string domain, long sequence);

    [LoggerMessage(4103, LogLevel.Warning, "Feed of domain {Domain} could not read from its host and tries again in {PauseMs} ms")]
    private partial void LogReadFailed(Exception fault, string domain, double pauseMs);

    [LoggerMessage(4105, LogLevel.Warning, "The ended calls of domain {Domain} could not be read; lists begin without them")]
    private partial void LogEndedUnread(Exception fault, string domain);

    [LoggerMessage(4104, LogLevel.Debug, "Feed of domain {Domain} stopped")]
    private partial void LogStopped(string domain);
}
