using System.Collections.Immutable;
using System.Threading.Channels;
using Routing.Contracts.Commands;
using Routing.Contracts.Configuration;
using Routing.Contracts.Effects;
using Routing.Contracts.Events;
using Routing.Contracts.Explanations;
using Routing.Contracts.Ids;
using Routing.Contracts.Views;
using Routing.Mailbox.Hosting;

namespace Routing.Gateway.Tests.Telephony.Rig;

/// <summary>A domain played by the test: it records commands, replies when told (at once by default), and sends the effects that the test wants.</summary>
internal sealed class FakeHost : IDomainHost, IGatewaySession
{
    private readonly List<(Command Command, Action<CommandReply> OnReply)> _held = [];
    private IEffectSink? _sink;
    private IEventSink? _events;
    private long _sequence;

    public static DomainId Domain { get; } = DomainId.Of("demo");

    public EdgeConfiguration Edge { get; set; } = new()
    {
        Domain = Domain,
        Version = 1,
        Realm = "demo",
        Hosts = [],
        Demo = true,
        Numbers = ["1000"],
        Agents = [],
        Trunks = [],
        ApiKeys = [],
    };

    /// <summary>Commands in the order in which they came.</summary>
    public List<Command> Commands { get; } = [];

    /// <summary>True for commands whose reply the test gives later, by <see cref="Release()"/>.</summary>
    public Predicate<Command> Holds { get; set; } = static _ => false;

    public Func<Command, CommandReply> Decides { get; set; } = static _ => CommandReply.Ok;

    /// <summary>Highest sequence acknowledged.</summary>
    public long Acknowledged { get; private set; }

    public long Sent => _sequence;

    public IReadOnlyList<DomainId> Domains { get; set; } = [Domain];

    /// <summary>Takes nothing now; null when all do.</summary>
    public DomainId? Away { get; set; }

    /// <summary>Domains that were joined.</summary>
    public Channel<DomainId> Joined { get; } = Channel.CreateUnbounded<DomainId>();

    public T Last<T>()
        where T : Command => Commands.OfType<T>().Last();

    /// <summary>Gives all replies that are held.</summary>
    public void Release() => Release(static _ => true);

    /// <summary>Gives the replies to these that are held.</summary>
    public void Release(Predicate<Command> which)
    {
        var held = _held.Where(each => which(each.Command)).ToImmutableArray();
        _held.RemoveAll(each => which(each.Command));
        foreach (var (command, onReply) in held)
        {
            onReply(Decides(command));
        }
    }

    public void Emit(Effect effect) => _sink!.OnEffect(new EffectEnvelope(Domain, 1, ++_sequence, effect));

    public void Emit(long epoch, long sequence, Effect effect) => _sink!.OnEffect(new EffectEnvelope(Domain, epoch, sequence, effect));

    public void Reconfigure(EdgeConfiguration edge)
    {
        Edge = edge;
        _events!.OnEvents(Domain, new TurnEvents(edge.Version, 0, [new EdgeConfigurationChanged(edge.Version)]));
    }

    public IGatewaySession OpenGateway(GatewayId gateway, long incarnation, IEffectSink sink)
    {
        _sink = sink;
        return this;
    }

    public void Send(DomainId domain, Command command, Action<CommandReply> onReply)
    {
        Commands.Add(command);
        if (Holds(command))
        {
            _held.Add((command, onReply));
        }
        else
        {
            onReply(Decides(command));
        }
    }

    public void Acknowledge(DomainId domain, long sequence) => Acknowledged = sequence;

    public Task<CommandReply> SendAsync(DomainId domain, Command command, string? idempotencyKey, CancellationToken cancellationToken)
    {
        if (domain == Away)
        {
            return Task.FromResult(new CommandReply(ReplyCode.Unavailable));
        }

        Commands.Add(command);
        return Task.FromResult(Decides(command));
    }

    public Task<Explanation?> ExplainAsync(DomainId domain, Question question, CancellationToken cancellationToken) => Task.FromResult<Explanation?>(null);

    /// <summary>So many snapshots fail yet.</summary>
    public int SnapshotFailures { get; set; }

    public Task<DomainSnapshot> SnapshotAsync(DomainId domain, CancellationToken cancellationToken) => Fails() ? throw new IOException("no snapshot now") : Task.FromResult(new DomainSnapshot
    {
        Sequence = 0,
        Domain = null!,
        Agents = [],
        Queues = [],
        Calls = [],
        Edge = Edge,
    });

    public IDisposable SubscribeEvents(DomainId domain, long afterSequence, IEventSink sink)
    {
        _events = sink;
        Joined.Writer.TryWrite(domain);
        return this;
    }

    public Task<IReadOnlyList<TurnEvents>> ReadEventsAsync(DomainId domain, long afterSequence, int maxTurnsCount, CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyList<TurnEvents>>([]);

    public Task<CallDetail?> ReadCallAsync(DomainId domain, CallId call, CancellationToken cancellationToken) => Task.FromResult<CallDetail?>(null);

    public Task<IReadOnlyList<CallView>> ReadEndedCallsAsync(DomainId domain, int maxCallsCount, CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyList<CallView>>([]);

    public Task<CustomerView?> ReadCustomerAsync(DomainId domain, CustomerId customer, CancellationToken cancellationToken) =>
        Task.FromResult<CustomerView?>(null);

    public Task<ConfigurationDetail?> ReadConfigurationAsync(DomainId domain, long? version, CancellationToken cancellationToken) =>
        Task.FromResult<ConfigurationDetail?>(null);

    /// <summary>What /readyz would say.</summary>
    public bool IsReady { get; set; } = true;

    /// <summary>Its store has been away for so long that everything is refused at once; not ready then.</summary>
    public bool IsRefusing { get; set; }

    public HostStatus Status() => new() { Ready = IsReady && !IsRefusing, IsRefusing = IsRefusing, Lanes = [] };

    public void Dispose()
    {
    }

    private bool Fails()
    {
        bool fails = SnapshotFailures > 0;
        SnapshotFailures -= fails ? 1 : 0;
        return fails;
    }
}
