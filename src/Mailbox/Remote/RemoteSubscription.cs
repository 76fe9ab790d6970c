using Routing.Contracts.Events;
using Routing.Contracts.Ids;
using Routing.Mailbox.Hosting;

namespace Routing.Mailbox.Remote;

/// <summary>One subscriber to the events of a domain, wherever that lives: after each change of the way it is asked for what comes after the last turn that was delivered.</summary>
internal sealed class RemoteSubscription(RemoteReads reads, DomainId domain, long afterSequence, IEventSink sink) : IDisposable
{
    private readonly Lock _delivering = new();
    private long _delivered = afterSequence;
    private ILinkChannel? _askedOver;

    public DomainId Domain { get; } = domain;

    /// <summary>Of the request under which events come now; others are of former ones.</summary>
    public long Number { get; set; }

    /// <summary>Asks again after the sink refused.</summary>
    public ITimer? Retry { get; set; }

    public void Dispose()
    {
        Retry?.Dispose();
        reads.Unsubscribe(this);
    }

    /// <summary>Asks the owner for what is missing. The host's lock is held.</summary>
    public void Ask(ILinkChannel owner)
    {
        _askedOver = owner;
        owner.Send(FrameWriter.Begin(LinkFrameKind.Subscribe).Number(Number).Text(Domain.Value).Number(Interlocked.Read(ref _delivered)).Written);
    }

    /// <summary>Ends what was asked for under <see cref="Number"/>, also where the domain lives no more. The host's lock is held.</summary>
    public void End()
    {
        _askedOver?.Send(FrameWriter.Begin(LinkFrameKind.Unsubscribe).Number(Number).Written);
        _askedOver = null;
    }

    /// <summary>On the link's thread: turns are numbered anew.</summary>
    public void StartOver()
    {
        lock (_delivering)
        {
            Interlocked.Exchange(ref _delivered, 0);
            sink.OnStartOver(Domain);
        }
    }

    /// <summary>On the link's thread; the former owner's may be in here still when the next one's comes. An exception of the sink comes through.</summary>
    public void Deliver(TurnEvents turn)
    {
        lock (_delivering)
        {
            if (turn.Sequence > Interlocked.Read(ref _delivered))
            {
                sink.OnEvents(Domain, turn);
                Interlocked.Exchange(ref _delivered, turn.Sequence);
            }
        }
    }
}
