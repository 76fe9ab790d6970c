using Routing.Contracts.Events;
using Routing.Contracts.Ids;
using Routing.Mailbox.Hosting;

namespace Routing.Mailbox.Remote;

/// <summary>One subscriber to the events of a domain of the cluster: served by this silo's lanes while the domain is here, over a link while it is not, without gap or repeat between the two.</summary>
internal sealed class ClusterSubscription(ClusterHost host, DomainId domain, long afterSequence, IEventSink sink) : IEventSink, IDisposable
{
    private readonly Lock _following = new();
    private readonly Lock _delivering = new();
    private long _delivered = afterSequence;
    private IDisposable? _current;
    private bool _isHere;
    private bool _isClosed;

    /// <summary>Looks where the domain is now. The sink is not called from here.</summary>
    public void Follow()
    {
        lock (_following)
        {
            bool isHere = host.IsHere(domain);
            if (_isClosed || (_current is not null && isHere == _isHere))
            {
                return;
            }

            _current?.Dispose();
            _isHere = isHere;
            _current = Subscribe();
        }
    }

    public void OnEvents(DomainId from, TurnEvents turn)
    {
        lock (_delivering)
        {
            if (turn.Sequence > Interlocked.Read(ref _delivered))
            {
                sink.OnEvents(from, turn);
                Interlocked.Exchange(ref _delivered, turn.Sequence);
            }
        }
    }

    public void OnStartOver(DomainId from)
    {
        lock (_delivering)
        {
            Interlocked.Exchange(ref _delivered, 0);
            sink.OnStartOver(from);
        }
    }

    public void Dispose()
    {
        lock (_following)
        {
            _isClosed = true;
            _current?.Dispose();
        }

        host.Forget(this);
    }

    private IDisposable Subscribe()
    {
        try
        {
            return host.HostOf(domain).SubscribeEvents(domain, Interlocked.Read(ref _delivered), this);
        }
        catch (KeyNotFoundException)
        {
            // It leaves this moment.
            _isHere = false;
            return host.Elsewhere.SubscribeEvents(domain, Interlocked.Read(ref _delivered), this);
        }
    }
}
