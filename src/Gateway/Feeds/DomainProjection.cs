using Routing.Contracts.Configuration;
using Routing.Contracts.Events;
using Routing.Contracts.Ids;
using Routing.Contracts.Lending;
using Routing.Contracts.Views;

namespace Routing.Gateway.Feeds;

/// <summary>
/// A domain as its committed events tell it: what REST and hubs read. Writers and readers share one short lock: applying a turn costs a few microseconds, and reads copy
/// references to immutable views, never the views. The expensive half of a read (mapping, sorting, writing JSON) happens outside.
/// Readers who follow it hold a <see cref="ProjectionToken"/> and ask for what changed since: the newest state wins, and a slow one costs nobody anything.
/// </summary>
public sealed class DomainProjection(DomainId domain)
{
    private readonly Lock _lock = new();
    private readonly ProjectionState _state = new();
    private readonly WaitHistogram _waits = new();
    private TaskCompletionSource? _changed;
    private EdgeConfiguration? _edge;
    private bool _loaded;

    public DomainId Domain { get; } = domain;

    /// <summary>A snapshot was loaded; before that reads find nothing.</summary>
    public bool IsLoaded => Volatile.Read(ref _loaded);

    /// <summary>The last turn applied.</summary>
    public long Sequence
    {
        get
        {
            lock (_lock)
            {
                return _state.Sequence;
            }
        }
    }

    /// <summary>Where a reader stands who has seen everything.</summary>
    public ProjectionToken Token
    {
        get
        {
            lock (_lock)
            {
                return new ProjectionToken(_state.Generation, _state.Sequence);
            }
        }
    }

    /// <summary>What gateways know of the domain's configuration; null before it is loaded or configured.</summary>
    public EdgeConfiguration? Edge => Volatile.Read(ref _edge);

    public DomainView? Summary
    {
        get
        {
            lock (_lock)
            {
                return _state.Domain;
            }
        }
    }

    /// <summary>Starts (over) from a snapshot; readers who follow get everything anew.</summary>
    /// <param name="snapshot">What is live.</param>
    /// <param name="ended">Calls that ended lately, latest first; not part of a snapshot, which is of what is live.</param>
    public void Reset(DomainSnapshot snapshot, IReadOnlyList<CallView>? ended = null)
    {
        TaskCompletionSource? waiting;
        lock (_lock)
        {
            _state.Reset(snapshot, ended ?? []);
            Volatile.Write(ref _edge, snapshot.Edge);
            Volatile.Write(ref _loaded, true);
            waiting = TakeWaiting();
        }

        waiting?.TrySetResult();
    }

    /// <summary>Continues with a committed turn. One that is known already (a repeat after the owner changed) changes nothing.</summary>
    /// <returns>Whether the edge configuration must be fetched again.</returns>
    public bool Apply(TurnEvents turn)
    {
        bool edgeChanged = false;
        TaskCompletionSource? waiting;
        lock (_lock)
        {
            if (turn.Sequence <= _state.Sequence)
            {
                return false;
            }

            foreach (DomainEvent change in turn.Events)
            {
                edgeChanged |= change is EdgeConfigurationChanged;
                _state.Apply(change, turn.Sequence);
                if (change is VisitEnded visit && !_state.IsGuest(visit.Call))
                {
                    _waits.Add(visit);
                }
            }

            _state.Sequence = turn.Sequence;
            waiting = TakeWaiting();
        }

        waiting?.TrySetResult();
        return edgeChanged;
    }

    /// <summary>Takes a newer edge configuration; an older one is ignored.</summary>
    public void SetEdge(EdgeConfiguration edge)
    {
        TaskCompletionSource? waiting;
        lock (_lock)
        {
            if (_edge is not null && _edge.Version > edge.Version)
            {
                return;
            }

            Volatile.Write(ref _edge, edge);
            waiting = TakeWaiting();
        }

        waiting?.TrySetResult();
    }

    /// <summary>Completes when something happened after the token was current; at once when it already is behind.</summary>
    public Task WaitForChangeAsync(ProjectionToken token, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            if (_loaded && (token.Generation != _state.Generation || token.Sequence != _state.Sequence))
            {
                return Task.CompletedTask;
            }

            _changed ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            return _changed.Task.WaitAsync(cancellationToken);
        }
    }

    /// <summary>What changed since the token; null before the projection is loaded.</summary>
    public ChangeSet? Since(ProjectionToken token)
    {
        lock (_lock)
        {
            return _loaded ? _state.Since(token, _edge) : null;
        }
    }

    public AgentView? FindAgent(AgentId id)
    {
        lock (_lock)
        {
            return _state.FindAgent(id);
        }
    }

    /// <summary>Agents with an id after <paramref name="after"/>, in order of id, at most <paramref name="limitCount"/>, and how many there are in all pages.</summary>
    public (IReadOnlyList<AgentView> Agents, int Total) Agents(AgentState? state, string? after, int limitCount)
    {
        lock (_lock)
        {
            return _state.Agents(state, after, limitCount);
        }
    }

    /// <summary>How many agents are in each state, by the number of the state.</summary>
    public int[] AgentsByState()
    {
        lock (_lock)
        {
            return Count(_state.AgentStates(), static state => (int)state);
        }
    }

    /// <summary>How many live calls are in each state, by the number of the state; lately ended ones stand at theirs.</summary>
    public int[] CallsByState()
    {
        lock (_lock)
        {
            // Guests count in their own domain.
            return Count(_state.CallViews().Where(static call => call.Home is null).Select(static call => call.State), static state => (int)state);
        }
    }

    /// <summary>Calls that ask other domains for an agent now, and calls that ring or talk to one whom another domain lent.</summary>
    public (int Asking, int Served) Borrowing()
    {
        lock (_lock)
        {
            (int asking, int served) = (0, 0);
            foreach (CallView call in _state.CallViews().Where(static call => call.State != CallState.Ended))
            {
                asking += call.Seeks is { } seeks && seeks.Any(static seek => seek.State == SeekState.Open) ? 1 : 0;
                served += call.Lender is null ? 0 : 1;
            }

            return (asking, served);
        }
    }

    /// <summary>Waits of visits that were served, or abandoned, since the feed began (<see cref="WaitHistogram.Read"/>).</summary>
    public (IReadOnlyList<long> Buckets, long TotalMs) Waits(bool served)
    {
        lock (_lock)
        {
            return _waits.Read(served);
        }
    }

    public QueueReading? FindQueue(QueueId id)
    {
        lock (_lock)
        {
            return _state.FindQueue(id);
        }
    }

    /// <summary>All queues in order of id.</summary>
    public IReadOnlyList<QueueReading> Queues()
    {
        lock (_lock)
        {
            return _state.Queues();
        }
    }

    /// <summary>A live or lately ended call.</summary>
    public CallReading? FindCall(CallId id)
    {
        lock (_lock)
        {
            return _state.FindCall(id);
        }
    }

    /// <summary>All calls that the filter takes, in no particular order.</summary>
    public List<CallReading> Calls(CallFilter filter)
    {
        lock (_lock)
        {
            return _state.Calls(filter);
        }
    }

    private static int[] Count<TState>(IEnumerable<TState> states, Func<TState, int> numberOf)
        where TState : struct, Enum
    {
        int[] counts = new int[Enum.GetValues<TState>().Length];
        foreach (TState state in states)
        {
            counts[numberOf(state)]++;
        }

        return counts;
    }

    private TaskCompletionSource? TakeWaiting()
    {
        TaskCompletionSource? waiting = _changed;
        _changed = null;
        return waiting;
    }
}
