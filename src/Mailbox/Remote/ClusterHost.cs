using Routing.Contracts.Commands;
using Routing.Contracts.Configuration;
using Routing.Contracts.Events;
using Routing.Contracts.Explanations;
using Routing.Contracts.Ids;
using Routing.Contracts.Views;
using Routing.Mailbox.Hosting;

namespace Routing.Mailbox.Remote;

/// <summary>
/// All domains of a cluster as one of its silos reaches them. Inputs and gateways' sessions go over links to every silo, to this one as well: so they have numbers, are kept until answered
/// and follow a domain to its next owner, whichever silo that is, under the same number. Reads and subscriptions are served from here while the domain is here, and over links otherwise.
/// <para>A session for a domain (lending) takes the epoch of its ownership as its incarnation: it grows from owner to owner, and the session of a former one that wakes is not opened.</para>
/// </summary>
public sealed class ClusterHost : IDomainHost, IDisposable
{
    /// <summary>Of the names under which silos reach each other; gateways have none that begins so.</summary>
    public const string NamePrefix = "silo:";

    private readonly LocalHost _local;
    private readonly RemoteHost _remote;
    private readonly Lock _gate = new();
    private readonly List<ClusterSubscription> _subscriptions = [];

    /// <param name="local">Of this silo; not owned. Its <see cref="LinkServer"/> serves it to this and to the others.</param>
    /// <param name="options">Name: <see cref="NamePrefix"/> and the silo's. Silos: this one's own address is enough, since each tells over its links where all are.</param>
    /// <param name="dialer">Opens links.</param>
    /// <param name="time">Timers and waiting times.</param>
    /// <param name="log">Told of links that break; silent when null.</param>
    public ClusterHost(LocalHost local, RemoteHostOptions options, ILinkDialer dialer, TimeProvider time, IMailboxLog? log = null)
    {
        ArgumentNullException.ThrowIfNull(local);
        ArgumentNullException.ThrowIfNull(options);
        _local = local;
        _remote = new RemoteHost(options, dialer, time, log);
        _local.DomainsChanged += Follow;
    }

    public event Action? DomainsAdded
    {
        add => _remote.DomainsAdded += value;
        remove => _remote.DomainsAdded -= value;
    }

    public IReadOnlyList<DomainId> Domains => [.. _remote.Domains.Union(_local.Domains).Order()];

    /// <summary>Starts to reach the silos.</summary>
    public void Start() => _remote.Start();

    /// <summary>Completes once an owner of some domain is reached, and each silo that is known either was reached or could not be.</summary>
    public Task WaitUntilReachedAsync(CancellationToken cancellationToken) => _remote.WaitUntilReachedAsync(cancellationToken);

    public IGatewaySession OpenGateway(GatewayId gateway, long incarnation, IEffectSink sink) => _remote.OpenGateway(gateway, incarnation, sink);

    public Task<CommandReply> SendAsync(DomainId domain, Command command, string? idempotencyKey, CancellationToken cancellationToken) =>
        _remote.SendAsync(domain, command, idempotencyKey, cancellationToken);

    public Task<DomainSnapshot> SnapshotAsync(DomainId domain, CancellationToken cancellationToken) =>
        ReadAsync(domain, host => host.SnapshotAsync(domain, cancellationToken));

    public Task<Explanation?> ExplainAsync(DomainId domain, Question question, CancellationToken cancellationToken) =>
        ReadAsync(domain, host => host.ExplainAsync(domain, question, cancellationToken));

    public IDisposable SubscribeEvents(DomainId domain, long afterSequence, IEventSink sink)
    {
        ClusterSubscription subscription = new(this, domain, afterSequence, sink);
        lock (_gate)
        {
            _subscriptions.Add(subscription);
        }

        subscription.Follow();
        return subscription;
    }

    public Task<IReadOnlyList<TurnEvents>> ReadEventsAsync(DomainId domain, long afterSequence, int maxTurnsCount, CancellationToken cancellationToken) =>
        ReadAsync(domain, host => host.ReadEventsAsync(domain, afterSequence, maxTurnsCount, cancellationToken));

    public Task<CallDetail?> ReadCallAsync(DomainId domain, CallId call, CancellationToken cancellationToken) =>
        ReadAsync(domain, host => host.ReadCallAsync(domain, call, cancellationToken));

    public Task<IReadOnlyList<CallView>> ReadEndedCallsAsync(DomainId domain, int maxCallsCount, CancellationToken cancellationToken) =>
        ReadAsync(domain, host => host.ReadEndedCallsAsync(domain, maxCallsCount, cancellationToken));

    public Task<CustomerView?> ReadCustomerAsync(DomainId domain, CustomerId customer, CancellationToken cancellationToken) =>
        ReadAsync(domain, host => host.ReadCustomerAsync(domain, customer, cancellationToken));

    public Task<ConfigurationDetail?> ReadConfigurationAsync(DomainId domain, long? version, CancellationToken cancellationToken) =>
        ReadAsync(domain, host => host.ReadConfigurationAsync(domain, version, cancellationToken));

    /// <summary>Where the silos of the cluster listen, each HOST:PORT, as this one read it: it reaches them also when its own link, over which they tell it, does not work.</summary>
    public void TellSilos(IReadOnlyList<string> addresses) => _remote.TellSilos(addresses);

    /// <summary>Why a domain does not answer, in words: nobody who has it is reached, or it is not loaded here. Null when nothing is known to be wrong.</summary>
    public string? WhyUnreached(DomainId domain) => _local.EpochOf(domain) is null ? _remote.WhyUnreached(domain) : _local.Status().NotReadyReason;

    /// <summary>Of this silo: that another one cannot be reached does not make this one unready.</summary>
    public HostStatus Status() => _local.Status();

    /// <summary>How this silo's links to all silos are now, that to itself among them.</summary>
    public LinksStatus Links() => _remote.Links();

    /// <summary>Ends the links. What was sent and has no answer is answered Unavailable.</summary>
    public void Dispose()
    {
        _local.DomainsChanged -= Follow;
        _remote.Dispose();
    }

    /// <summary>Where a domain is to be read now. A frozen silo that wakes believes to own what has moved meanwhile: links know a higher epoch of it.</summary>
    internal IDomainHost HostOf(DomainId domain) => IsHere(domain) ? _local : _remote;

    internal bool IsHere(DomainId domain) => _local.EpochOf(domain) is { } epoch && epoch >= _remote.EpochOf(domain);

    internal IDomainHost Elsewhere => _remote;

    internal void Forget(ClusterSubscription subscription)
    {
        lock (_gate)
        {
            _subscriptions.Remove(subscription);
        }
    }

    /// <summary>What was here a moment ago is asked where it is now.</summary>
    private async Task<T> ReadAsync<T>(DomainId domain, Func<IDomainHost, Task<T>> read)
    {
        if (IsHere(domain))
        {
            try
            {
                return await read(_local).ConfigureAwait(false);
            }
            catch (KeyNotFoundException)
            {
                return await read(_remote).ConfigureAwait(false);
            }
        }

        return await read(_remote).ConfigureAwait(false);
    }

    /// <summary>On a lane's thread.</summary>
    private void Follow()
    {
        ClusterSubscription[] subscriptions;
        lock (_gate)
        {
            subscriptions = [.. _subscriptions];
        }

        Array.ForEach(subscriptions, static subscription => subscription.Follow());
    }
}
