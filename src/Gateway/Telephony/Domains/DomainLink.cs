using System.Collections.Concurrent;
using Routing.Contracts.Commands;
using Routing.Contracts.Effects;
using Routing.Contracts.Ids;
using Routing.Mailbox.Hosting;
using Routing.Sip.Loop;

namespace Routing.Gateway.Telephony.Domains;

/// <summary>
/// The way between the SIP thread and the domains: commands go out from it, replies and effects come back to it, in the order in which the host
/// gives them. Everything but <see cref="OnEffect"/> is for the SIP thread.
/// </summary>
internal sealed class DomainLink : IEffectSink, IDisposable
{
    private const int RepeatDelayMs = 500;
    private const int RepeatsLimit = 64;
    private const int LateRepeatDelayMs = 5_000;

    /// <summary>An end that is not committed by then goes to the journal: before it is answered (<see cref="Calls.CallerLeg.StallLimitMs"/>).</summary>
    private const int JournalAfterMs = 500;

    /// <summary>The link that this thread lets the reply and the effects of one turn out to.</summary>
    [ThreadStatic]
    private static DomainLink? _turnOf;

    private readonly SipLoop _loop;
    private readonly SipGatewayCounters _counters;
    private readonly Action<CrashPoint>? _atCrashPoint;
    private readonly ILegEndJournal? _journal;
    private readonly Dictionary<DomainId, EffectGate> _gates = [];
    private readonly List<DomainId> _unacknowledged = [];

    /// <summary>Those that have answered that this gateway lives.</summary>
    private readonly HashSet<DomainId> _answered = [];
    private IGatewaySession? _session;
    private DomainLeases? _leases;
    private int _journaledCount;
    private bool _isStopped;
    private bool _isLost;

    /// <summary>When each domain was told first that this gateway lives. Written by whoever announces.</summary>
    private readonly ConcurrentDictionary<DomainId, long> _announced = [];

    public DomainLink(SipLoop loop, SipGatewayCounters counters, ILegEndJournal? journal, Action<CrashPoint>? atCrashPoint)
    {
        _atCrashPoint = atCrashPoint;
        _journal = journal;
        _loop = loop;
        _counters = counters;
    }

    /// <summary>Takes the effects; set before <see cref="Open"/>.</summary>
    public Action<DomainId, Effect>? Handler { get; set; }

    /// <summary>Whether a domain has calls here; set before <see cref="Open"/>.</summary>
    public Predicate<DomainId>? HasCalls { get; set; }

    /// <summary>What the journal has of domains that could not be reached at the start: it stays there for a life that can.</summary>
    public IReadOnlyList<LegEnd> KeptEnds { get; set; } = [];

    /// <param name="host">Where the domains are.</param>
    /// <param name="gateway">Its name.</param>
    /// <param name="incarnation">Of this life.</param>
    /// <param name="terms">What it promises to its domains; null for nothing.</param>
    /// <param name="onLost">Called on the SIP thread when a domain gave this life up; no effect is carried out from then on.</param>
    public void Open(IDomainHost host, GatewayId gateway, long incarnation, LeaseTerms? terms = null, Action<DomainId>? onLost = null)
    {
        if (terms is not null)
        {
            _leases = new DomainLeases(
                _loop,
                terms,
                (domain, isIdle, onReply) => Send(domain, new GatewayAlive(gateway, incarnation, isIdle), repeats: false, onReply),
                domain => HasCalls?.Invoke(domain) == true,
                Carry,
                domain =>
                {
                    _isLost = true;
                    onLost?.Invoke(domain);
                });
        }

        _session = host.OpenGateway(gateway, incarnation, this);
    }

    /// <summary>A domain is about to be told that this gateway lives. Any thread.</summary>
    public void Announcing(DomainId domain) => _announced.TryAdd(domain, _loop.Time.GetTimestamp());

    /// <summary>The domain was told. When it has calls or phones of this gateway's former life, the lease began with that. Any thread.</summary>
    /// <param name="domain">Which.</param>
    /// <param name="reply">What it said.</param>
    /// <param name="phonesFor">How long phones of the former life may stay registered, which nobody here knows any more.</param>
    public void Announced(DomainId domain, CommandReply reply, TimeSpan phonesFor)
    {
        _loop.TryPost(
            _ =>
            {
                _answered.Add(domain);
                if (reply.HasLease)
                {
                    _leases?.Watch(domain, phonesFor, AnnouncedAt(domain));
                }
            },
            null);
    }

    /// <summary>The domain hands calls back. The lease began with the announcement, which may be long ago when this process was frozen in its start.</summary>
    public void Restores(DomainId domain) => _leases?.Watch(domain, TimeSpan.Zero, AnnouncedAt(domain));

    /// <summary>False when every lease may have lapsed, so that this process was stopped or cut off from all domains. True without any. SIP thread.</summary>
    public bool SomeLeaseIsCurrent() => !_isLost && _leases?.SomeIsCurrent() != false;

    /// <summary>Whether what this domain said so far may be acted on: its lease cannot have lapsed, and none was lost. SIP thread.</summary>
    public bool LeaseIsCurrent(DomainId domain) => !_isLost && _leases?.IsCurrent(domain) != false;

    /// <summary>True when this life was given up, or may have been while this process was frozen: new calls are better taken elsewhere. SIP thread.</summary>
    public bool IsInDoubt => _isLost || _leases?.AreInDoubt == true;

    /// <summary>
    /// True when the lease of this domain may have lapsed: the work is done when the domain has said that it held, in one line with the effects that came after it may have lapsed; when it did not, never.
    /// </summary>
    public bool TryHold(DomainId domain, Action work) => _isLost || _leases?.TryHold(domain, work) == true;

    /// <summary>
    /// Sends a command; the reply comes on the SIP thread. With <paramref name="repeats"/>, one that the domain could not take is sent again
    /// for about half a minute: what it tells has happened in the world and cannot be taken back. The end of a leg is repeated until it is taken, every 5 s
    /// then: nothing else ever ends the call, and its agent would be kept for nobody. So is it that calls are done with.
    /// </summary>
    public void Send(DomainId domain, Command command, bool repeats, Action<CommandReply> onReply)
    {
        if (_session is not { } session || _isStopped)
        {
            onReply(new CommandReply(ReplyCode.Unavailable, "the gateway is stopping"));
            return;
        }

        if (command is CallArrived)
        {
            _leases?.Watch(domain, TimeSpan.Zero);
        }
        else if (command is RegisterPhone register)
        {
            _leases?.Watch(domain, TimeSpan.FromSeconds(register.Changes.Select(static change => change.ExpiresSeconds).DefaultIfEmpty().Max()));
        }

        _atCrashPoint?.Invoke(CrashPoint.BeforeCommit);
        int repeatsLimit = command is CallerLeft or AgentLegEnded or CallsClosed ? int.MaxValue : RepeatsLimit;
        Attempt attempt = new(this, domain, command, repeats ? repeatsLimit : 0, onReply);
        attempt.Watch();
        session.Send(domain, command, attempt.OnReply);
    }

    /// <summary>Called by the host, on its thread.</summary>
    /// <exception cref="InvalidOperationException">The inbox is full, or the gateway ends: the host sends it again later.</exception>
    public void OnEffect(EffectEnvelope envelope)
    {
        if (!Bring(static state => ((Arrival)state!).Take(), new Arrival(this, envelope), SipLoopLane.Internal))
        {
            throw new InvalidOperationException("The inbox of the SIP thread takes nothing now.");
        }
    }

    /// <summary>The store was brought back from a copy: numbers of effects begin anew, and what was taken before says nothing of them.</summary>
    public void OnStartOver(DomainId domain) =>
        Bring(static state => ((StartOver)state!).Take(), new StartOver(this, domain), SipLoopLane.Outcome);

    /// <summary>What one turn says is heard in one piece: the reply to an arrival and the offer that it led to.</summary>
    public void BeginTurn() => _turnOf = this;

    public void EndTurn()
    {
        _turnOf = null;
        _loop.RunParked();
    }

    public void Dispose()
    {
        _isStopped = true;
        _leases?.Stop();
        _session?.Dispose();
    }

    private long? AnnouncedAt(DomainId domain) => _announced.TryGetValue(domain, out long at) ? at : null;

    private bool Bring(Action<object?> work, object state, SipLoopLane lane) =>
        _turnOf == this ? _loop.TryPark(work, state, lane) : _loop.TryRun(work, state, lane);

    private void Take(EffectEnvelope envelope)
    {
        // Before that it may be one that the former life did not acknowledge; a domain that has not heard of this life takes its sign of life for that of one which was given up.
        if (envelope.Effect is RestoreCall && _answered.Contains(envelope.Domain))
        {
            Restores(envelope.Domain);
        }

        if (!_isLost && _leases?.TryHold(envelope) != true)
        {
            Carry(envelope);
        }
    }

    private void Carry(EffectEnvelope envelope)
    {
        if (!_gates.TryGetValue(envelope.Domain, out var gate))
        {
            _gates.Add(envelope.Domain, gate = new EffectGate());
        }

        if (gate.Admit(envelope))
        {
            _counters.Add(SipGatewayCounter.EffectsTaken);
            Handler?.Invoke(envelope.Domain, envelope.Effect);
        }
        else
        {
            _counters.Add(SipGatewayCounter.EffectsRefused);
        }

        AcknowledgeSoon(envelope.Domain);
    }

    /// <summary>One acknowledgement for all that waits in the inbox now.</summary>
    private void AcknowledgeSoon(DomainId domain)
    {
        if (_unacknowledged.Contains(domain))
        {
            return;
        }

        _unacknowledged.Add(domain);
        if (_unacknowledged.Count == 1 && !_loop.TryPost(static state => ((DomainLink)state!).Acknowledge(), this))
        {
            Acknowledge();
        }
    }

    private void Acknowledge()
    {
        foreach (var domain in _unacknowledged)
        {
            if (!_isStopped)
            {
                _session?.Acknowledge(domain, _gates[domain].Sequence);
            }
        }

        _unacknowledged.Clear();
    }

    private bool TryJournal(DomainId domain, Command command)
    {
        _atCrashPoint?.Invoke(CrashPoint.BeforeJournal);
        bool isKept = _journal!.TryWrite(new LegEnd(domain, command));
        _atCrashPoint?.Invoke(CrashPoint.AfterJournal);
        _counters.Add(isKept ? SipGatewayCounter.EndsJournaled : SipGatewayCounter.EndsNotJournaled);
        _journaledCount += isKept ? 1 : 0;
        return isKept;
    }

    /// <summary>One of those in the journal is committed.</summary>
    private void Committed()
    {
        if (--_journaledCount == 0)
        {
            _journal!.Clear(KeptEnds);
        }
    }

    private sealed record Arrival(DomainLink Link, EffectEnvelope Envelope)
    {
        public void Take() => Link.Take(Envelope);
    }

    private sealed record StartOver(DomainLink Link, DomainId Domain)
    {
        public void Take() => Link._gates[Domain] = new EffectGate();
    }

    /// <summary>One command until its reply.</summary>
    private sealed class Attempt(DomainLink link, DomainId domain, Command command, int repeatsLimit, Action<CommandReply> onReply)
    {
        private int _repeatsCount;
        private CommandReply? _reply;
        private SipTimer? _journalTimer;
        private bool _isJournaled;

        /// <summary>What ended in the world is written down when the store does not take it in time.</summary>
        public void Watch()
        {
            if (link._journal is not null && LegEnd.IsToldBy(command))
            {
                _journalTimer = link._loop.CreateTimer(static state => ((Attempt)state!).Journal(), this);
                _journalTimer.Start(TimeSpan.FromMilliseconds(JournalAfterMs));
            }
        }

        /// <summary>On a thread of the host.</summary>
        public void OnReply(CommandReply reply)
        {
            _reply = reply;
            // Refused only when the loop has ended, and nobody waits any more.
            link.Bring(static state => ((Attempt)state!).Take(), this, SipLoopLane.Outcome);
        }

        private void Take()
        {
            if (_reply!.Code == ReplyCode.Unavailable && _repeatsCount < repeatsLimit && !link._isStopped)
            {
                int delayMs = ++_repeatsCount <= RepeatsLimit ? RepeatDelayMs : LateRepeatDelayMs;
                link._counters.Add(SipGatewayCounter.CommandsRepeated);
                link._loop.CreateTimer(static state => ((Attempt)state!).SendAgain(), this).Start(TimeSpan.FromMilliseconds(delayMs));
                return;
            }

            _journalTimer?.Stop();
            if (_isJournaled && _reply.Code != ReplyCode.Unavailable)
            {
                link.Committed();
            }

            if (_reply.Code == ReplyCode.Unavailable && repeatsLimit > 0)
            {
                link._counters.Add(SipGatewayCounter.CommandsLost);
            }

            link._atCrashPoint?.Invoke(CrashPoint.AfterCommit);
            onReply(_reply);
        }

        private void Journal() => _isJournaled = !link._isStopped && link.TryJournal(domain, command);

        private void SendAgain()
        {
            if (!link._isStopped)
            {
                link._session!.Send(domain, command, OnReply);
            }
        }
    }
}
