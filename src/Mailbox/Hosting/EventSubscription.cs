using Routing.Contracts.Events;
using Routing.Contracts.Ids;
using Routing.Mailbox.Delivery;

namespace Routing.Mailbox.Hosting;

/// <summary>
/// One subscriber to a domain's events. It takes live turns from the lane into a bounded queue and hands them on, on a thread of its own choosing, in order. What lies before the first
/// live turn, or was lost because the queue ran over, it reads from the log: so there is no gap, and the sequence tells what is a repeat.
/// </summary>
internal sealed class EventSubscription(LocalHost host, DomainId domain, int number, long afterSequence, IEventSink sink, LocalHostOptions options)
    : IDisposable
{
    private const int PageTurns = 256;
    private const int RetryMs = 250;

    private readonly Lock _gate = new();
    private readonly Queue<TurnEvents> _live = [];
    private long _delivered = afterSequence;
    private long _readTo;
    private ITimer? _retry;
    private bool _running;
    private bool _closed;

    public DomainId Domain { get; } = domain;

    public bool IsClosed => Volatile.Read(ref _closed);

    public void Dispose()
    {
        Close();
        host.Unsubscribe(this);
    }

    public void Close()
    {
        lock (_gate)
        {
            _closed = true;
            _live.Clear();
        }

        _retry?.Dispose();
    }

    /// <summary>On the lane's thread: everything up to this turn is in the log, later ones come by <see cref="OnTurn"/>. False when it was closed before.</summary>
    public bool Start(long committedSequence)
    {
        lock (_gate)
        {
            _readTo = Math.Max(_readTo, committedSequence);
            Schedule();
            return !_closed;
        }
    }

    /// <summary>A committed turn, on the lane's thread.</summary>
    public void OnTurn(TurnEvents turn)
    {
        lock (_gate)
        {
            if (_closed)
            {
                return;
            }

            if (_live.Count >= options.SubscriberLimitTurns)
            {
                // Too slow: forget what waits, it is in the log.
                _live.Clear();
                _readTo = turn.Sequence;
            }
            else
            {
                _live.Enqueue(turn);
            }

            Schedule();
        }
    }

    private void Schedule()
    {
        if (!_running && !_closed)
        {
            _running = true;
            host.RunInBackground(() => Pump(mayRead: false), waitsForStore: false);
        }
    }

    private void Read() => Pump(mayRead: true);

    private void Pump(bool mayRead)
    {
        try
        {
            while (Next(mayRead) is { } turns)
            {
                foreach (TurnEvents turn in turns)
                {
                    Deliver(turn);
                }
            }
        }
        catch (Exception exception)
        {
            // The store does not answer or the sink threw: from where we stopped, a little later.
            if (exception is not SinkBusyException)
            {
                host.Log.HandlerFailed("event subscription", exception);
            }

            _retry = host.RunLater(RetryMs, Read);
        }
    }

    private void Deliver(TurnEvents turn)
    {
        if (turn.Sequence > _delivered && !Volatile.Read(ref _closed))
        {
            sink.OnEvents(Domain, turn);
            _delivered = turn.Sequence;
        }
    }

    /// <summary>What to hand out next, or null when there is nothing and the pump stops, or goes on where it may wait for the store.</summary>
    private List<TurnEvents>? Next(bool mayRead)
    {
        long readTo;
        lock (_gate)
        {
            if (_closed || (_delivered >= _readTo && _live.Count == 0))
            {
                _running = false;
                return null;
            }

            if (_delivered >= _readTo)
            {
                List<TurnEvents> live = [.. _live];
                _live.Clear();

                // Should the sink refuse one of them, the rest is read from the log.
                _readTo = live[^1].Sequence;
                return live;
            }

            if (!mayRead)
            {
                host.RunInBackground(Read, waitsForStore: true);
                return null;
            }

            readTo = _readTo;
        }

        return ReadPage(readTo);
    }

    private List<TurnEvents> ReadPage(long readTo)
    {
        List<StoredTurn> stored = [];
        host.Reader.ReadTurns(number, _delivered + 1, PageTurns, stored);
        List<TurnEvents> turns = [];
        foreach (StoredTurn turn in stored)
        {
            if (turn.Sequence <= readTo && TurnRecord.ReadEvents(turn) is { } events)
            {
                turns.Add(events);
            }
        }

        // Turns without events leave gaps: the page is done as far as it reached.
        foreach (TurnEvents turn in turns)
        {
            Deliver(turn);
        }

        _delivered = Math.Max(_delivered, stored.Count < PageTurns ? readTo : Math.Min(readTo, stored[^1].Sequence));
        return [];
    }
}
