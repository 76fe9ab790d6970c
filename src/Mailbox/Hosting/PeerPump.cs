using Routing.Contracts.Commands;
using Routing.Contracts.Effects;
using Routing.Contracts.Ids;
using Routing.Contracts.Lending;

namespace Routing.Mailbox.Hosting;

/// <summary>
/// Carries what other domains say to one domain. Their messages lie in their outboxes as effects do (<see cref="PeerAddress"/>); this is the session that takes them, gives each domain's
/// in order to the domain they are for, and acknowledges what that has committed. It keeps nothing: after a crash the outboxes say again what is not acknowledged, and the domain knows
/// what it has taken (<see cref="PeerSaid"/>). So two of them for one domain are a waste and no harm.
/// </summary>
public sealed class PeerPump : IEffectSink, IDisposable
{
    private readonly DomainId _to;
    private readonly TimeSpan _retry;
    private readonly Lock _gate = new();
    private readonly SortedDictionary<DomainId, PeerStream> _streams = [];
    private readonly ITimer _timer;
    private IGatewaySession? _session;
    private bool _isClosed;

    /// <param name="to">Whose messages it carries.</param>
    /// <param name="open">Opens a session with all domains that may say something, and with <paramref name="to"/>: <see cref="IDomainHost.OpenGateway"/>.</param>
    /// <param name="incarnation">Of the session: higher than those of former processes.</param>
    /// <param name="time">For waiting before what was not taken is said again.</param>
    /// <param name="retryMs">How long.</param>
    public PeerPump(DomainId to, Func<GatewayId, long, IEffectSink, IGatewaySession> open, long incarnation, TimeProvider time, int retryMs = 100)
    {
        ArgumentNullException.ThrowIfNull(open);
        ArgumentNullException.ThrowIfNull(time);
        _to = to;
        _retry = TimeSpan.FromMilliseconds(retryMs);
        _timer = time.CreateTimer(static state => ((PeerPump)state!).Retry(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        IGatewaySession session = open(PeerAddress.Of(to), incarnation, this);
        lock (_gate)
        {
            // Effects may have come already.
            _session = session;
            foreach ((DomainId from, PeerStream stream) in _streams)
            {
                Send(from, stream);
            }
        }
    }

    /// <summary>Messages are taken one by one, so nothing is to be put together.</summary>
    public object? TurnScope => null;

    public void OnEffect(EffectEnvelope envelope)
    {
        lock (_gate)
        {
            if (_isClosed || envelope.Effect is not TellDomain tell)
            {
                return;
            }

            if (!_streams.TryGetValue(envelope.Domain, out PeerStream? stream))
            {
                stream = new PeerStream();
                _streams.Add(envelope.Domain, stream);
            }

            if (stream.Add(envelope.Sequence, tell.Message))
            {
                Send(envelope.Domain, stream);
            }
            else if (stream.Done >= envelope.Sequence)
            {
                // The acknowledgement was lost with the owner that had it.
                _session?.Acknowledge(envelope.Domain, stream.Done);
            }
        }
    }

    /// <summary>The store is an older copy: what the domain says is numbered anew, and what it said before may be said again or was never said.</summary>
    public void OnStartOver(DomainId domain)
    {
        lock (_gate)
        {
            _streams.Remove(domain);
        }
    }

    public void Dispose()
    {
        IGatewaySession? session;
        lock (_gate)
        {
            _isClosed = true;
            session = _session;
            _session = null;
        }

        _timer.Dispose();
        session?.Dispose();
    }

    private void Send(DomainId from, PeerStream stream)
    {
        while (_session is { } session && stream.TrySend(out PeerEntry? entry))
        {
            int round = entry.Round;
            session.Send(_to, new PeerSaid(from, entry.Number, stream.FirstOpen, entry.Message), reply => Replied(from, stream, entry, round, reply));
        }
    }

    private void Replied(DomainId from, PeerStream stream, PeerEntry entry, int round, CommandReply reply)
    {
        lock (_gate)
        {
            // What is said of a stream that was left says nothing of the numbers of the one that came after it.
            if (_isClosed || !_streams.TryGetValue(from, out PeerStream? current) || current != stream)
            {
                return;
            }

            // Any other reply is the last word on it: what the domain could not do with it is put aside there.
            if (reply.Code is ReplyCode.Unavailable or ReplyCode.Conflict or ReplyCode.NotFound)
            {
                if (stream.Hold(entry, round))
                {
                    _timer.Change(_retry, Timeout.InfiniteTimeSpan);
                }

                return;
            }

            long done = stream.Done;
            stream.Finish(entry);
            if (stream.Done > done)
            {
                _session?.Acknowledge(from, stream.Done);
            }

            Send(from, stream);
        }
    }

    private void Retry()
    {
        lock (_gate)
        {
            foreach ((DomainId from, PeerStream stream) in _streams)
            {
                if (!_isClosed && stream.Release())
                {
                    Send(from, stream);
                }
            }
        }
    }
}
