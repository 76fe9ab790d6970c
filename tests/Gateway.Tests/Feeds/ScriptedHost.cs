using System.Threading.Channels;
using Routing.Contracts.Commands;
using Routing.Contracts.Configuration;
using Routing.Contracts.Events;
using Routing.Contracts.Explanations;
using Routing.Contracts.Ids;
using Routing.Contracts.Views;
using Routing.Mailbox.Hosting;

namespace Routing.Gateway.Tests.Feeds;

/// <summary>A host of one domain whose turns are written by the test: it keeps the state that they add up to, numbers them, and delivers them as the seam promises.</summary>
internal sealed class ScriptedHost : IDomainHost
{
    private readonly Lock _lock = new();
    private readonly List<TurnEvents> _log = [];
    private readonly List<(IEventSink Sink, long After)> _sinks = [];
    private readonly SortedDictionary<AgentId, AgentView> _agents = [];
    private readonly SortedDictionary<QueueId, QueueView> _queues = [];
    private readonly SortedDictionary<CallId, CallView> _calls = [];
    private DomainView _domain = Sample.Domain();
    private long _sequence;

    public ScriptedHost(EdgeConfiguration? edge = null) => Edge = edge ?? Sample.Edge(demo: true);

    public EdgeConfiguration Edge { get; set; }

    /// <summary>Answers commands; by default a state set by hand is committed at once.</summary>
    public Func<Command, string?, CancellationToken, Task<CommandReply>>? OnCommand { get; set; }

    /// <summary>What the host answered to reads of the snapshot: an exception to throw, or null.</summary>
    public Exception? SnapshotFault { get; set; }

    /// <summary>What the store has of ended calls, latest first.</summary>
    public List<CallView> EndedCalls { get; } = [];

    public Exception? EndedCallsFault { get; set; }

    /// <summary>Each reading of the log, by the turn after which it began.</summary>
    public Channel<long> EventsRead { get; } = Channel.CreateUnbounded<long>();

    public int Snapshots { get; private set; }

    public List<(Command Command, string? Key)> Commands { get; } = [];

    public Dictionary<CallId, CallDetail> Details { get; } = [];

    public Dictionary<CustomerId, CustomerView> Customers { get; } = [];

    /// <summary>Versions of the configuration, the one in force last.</summary>
    public List<ConfigurationDetail> Configurations { get; } = [];

    public IReadOnlyList<DomainId> Domains { get; init; } = [Sample.DomainId];

    public int Subscribers
    {
        get
        {
            lock (_lock)
            {
                return _sinks.Count;
            }
        }
    }

    /// <summary>Answers questions; by default nothing is there that is asked about.</summary>
    public Func<Question, CancellationToken, Task<Explanation?>>? OnQuestion { get; set; }

    public Task<Explanation?> ExplainAsync(DomainId domain, Question question, CancellationToken cancellationToken) =>
        OnQuestion?.Invoke(question, cancellationToken) ?? Task.FromResult<Explanation?>(null);

    /// <summary>One committed turn.</summary>
    public TurnEvents Commit(params DomainEvent[] events)
    {
        lock (_lock)
        {
            foreach (DomainEvent change in events)
            {
                Take(change);
            }

            TurnEvents turn = new(++_sequence, Sample.StartMs + _sequence, events);
            _log.Add(turn);
            foreach ((IEventSink sink, _) in _sinks)
            {
                sink.OnEvents(Sample.DomainId, turn);
            }

            return turn;
        }
    }

    public Task<CommandReply> SendAsync(DomainId domain, Command command, string? idempotencyKey, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            Commands.Add((command, idempotencyKey));
        }

        if (OnCommand is not null)
        {
            return OnCommand(command, idempotencyKey, cancellationToken);
        }

        SetAgentState set = (SetAgentState)command;
        Commit(new AgentChanged(_agents[set.Agent] with { State = Enum.Parse<AgentState>(set.Mode.ToString()), Reason = set.Reason }));
        return Task.FromResult(CommandReply.Ok);
    }

    public Task<DomainSnapshot> SnapshotAsync(DomainId domain, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            Snapshots++;
            return SnapshotFault is null
                ? Task.FromResult(new DomainSnapshot
                {
                    Sequence = _sequence,
                    Domain = _domain with { Domain = domain },
                    Agents = [.. _agents.Values],
                    Queues = [.. _queues.Values],
                    Calls = [.. _calls.Values],
                    Edge = Edge with { Domain = domain },
                })
                : Task.FromException<DomainSnapshot>(SnapshotFault);
        }
    }

    public IDisposable SubscribeEvents(DomainId domain, long afterSequence, IEventSink sink)
    {
        lock (_lock)
        {
            foreach (TurnEvents turn in _log.Where(turn => turn.Sequence > afterSequence))
            {
                sink.OnEvents(domain, turn);
            }

            (IEventSink, long) subscription = (sink, afterSequence);
            _sinks.Add(subscription);
            return new Ending(() =>
            {
                lock (_lock)
                {
                    _sinks.Remove(subscription);
                }
            });
        }
    }

    public Task<IReadOnlyList<TurnEvents>> ReadEventsAsync(DomainId domain, long afterSequence, int maxTurnsCount, CancellationToken cancellationToken)
    {
        List<TurnEvents> found;
        lock (_lock)
        {
            found = [.. _log.Where(turn => turn.Sequence > afterSequence).Take(maxTurnsCount)];
        }

        EventsRead.Writer.TryWrite(afterSequence);
        return Task.FromResult<IReadOnlyList<TurnEvents>>(found);
    }

    /// <summary>A turn that brought about nothing to tell.</summary>
    public void CommitSilently()
    {
        lock (_lock)
        {
            _sequence++;
        }
    }

    /// <summary>Deletes the log up to a turn.</summary>
    public void Prune(long lastSequence)
    {
        lock (_lock)
        {
            _log.RemoveAll(turn => turn.Sequence <= lastSequence);
        }
    }

    public Task<CallDetail?> ReadCallAsync(DomainId domain, CallId call, CancellationToken cancellationToken) => Task.FromResult(Details.GetValueOrDefault(call));

    public Task<IReadOnlyList<CallView>> ReadEndedCallsAsync(DomainId domain, int maxCallsCount, CancellationToken cancellationToken) => EndedCallsFault is null
        ? Task.FromResult<IReadOnlyList<CallView>>([.. EndedCalls.Take(maxCallsCount)])
        : Task.FromException<IReadOnlyList<CallView>>(EndedCallsFault);

    public Task<CustomerView?> ReadCustomerAsync(DomainId domain, CustomerId customer, CancellationToken cancellationToken) =>
        Task.FromResult(Customers.GetValueOrDefault(customer));

    public IGatewaySession OpenGateway(GatewayId gateway, long incarnation, IEffectSink sink) => throw new NotSupportedException("No gateway in these tests");

    public Task<ConfigurationDetail?> ReadConfigurationAsync(DomainId domain, long? version, CancellationToken cancellationToken) =>
        Task.FromResult(version is null ? Configurations.LastOrDefault() : Configurations.Find(kept => kept.Version.Version == version));

    public HostStatus Status() => new() { Ready = true, Lanes = [] };

    private void Take(DomainEvent change)
    {
        switch (change)
        {
            case AgentChanged agent:
                _agents[agent.Agent.Id] = agent.Agent;
                break;
            case AgentRemoved agent:
                _agents.Remove(agent.Agent);
                break;
            case QueueChanged queue:
                _queues[queue.Queue.Id] = queue.Queue;
                break;
            case QueueRemoved queue:
                _queues.Remove(queue.Queue);
                break;
            case CallChanged { Call.State: CallState.Ended } call:
                _calls.Remove(call.Call.Id);
                break;
            case CallChanged call:
                _calls[call.Call.Id] = call.Call;
                break;
            case DomainChanged domain:
                _domain = domain.Domain;
                break;
            default:
                // Told, not kept.
                break;
        }
    }

    private sealed class Ending(Action action) : IDisposable
    {
        public void Dispose() => action();
    }
}
