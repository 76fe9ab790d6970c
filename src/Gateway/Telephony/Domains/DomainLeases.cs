using Routing.Contracts.Commands;
using Routing.Contracts.Ids;
using Routing.Mailbox.Hosting;
using Routing.Sip.Loop;

namespace Routing.Gateway.Telephony.Domains;

/// <summary>
/// The gateway's side of its leases: it says to each domain in which it has calls or phones that it lives, and knows since when it might not be believed any more. A lease counts from when the sign of life left, so it ends here
/// before the domain gives it up. What comes after that end may be long over (this process may have been frozen): it is put aside until the domain has said that the lease held; when it did not, nothing of it is ever done,
/// and this life of the gateway ends. SIP thread.
/// </summary>
internal sealed class DomainLeases
{
    /// <summary>Signs of life in the length of a lease: two may be lost.</summary>
    private const int SignsPerLease = 3;

    private readonly SipLoop _loop;
    private readonly LeaseTerms _terms;
    private readonly Action<DomainId, bool, Action<CommandReply>> _send;
    private readonly Predicate<DomainId> _hasCalls;
    private readonly Action<EffectEnvelope> _release;
    private readonly Action<DomainId> _onLost;
    private readonly List<Lease> _leases = [];
    private readonly SipTimer _timer;
    private long _saidAt;
    private bool _isStopped;

    /// <param name="loop">Of the gateway.</param>
    /// <param name="terms">What was promised.</param>
    /// <param name="send">Sends a sign of life to a domain, true for the last one because nothing is left there; the reply comes on the SIP thread.</param>
    /// <param name="hasCalls">Whether a domain has calls here.</param>
    /// <param name="release">Takes the effects that were put aside, in order.</param>
    /// <param name="onLost">A domain gave this life of the gateway up.</param>
    public DomainLeases(
        SipLoop loop, LeaseTerms terms, Action<DomainId, bool, Action<CommandReply>> send, Predicate<DomainId> hasCalls, Action<EffectEnvelope> release, Action<DomainId> onLost)
    {
        _loop = loop;
        _terms = terms;
        _send = send;
        _hasCalls = hasCalls;
        _release = release;
        _onLost = onLost;
        _timer = loop.CreateTimer(static state => ((DomainLeases)state!).SayAll(), this);
    }

    /// <summary>
    /// This process did nothing for longer than a lease, and not every domain has said since that it held. A domain that is away, while this process runs, is no reason: the other gateways see the same.
    /// </summary>
    public bool AreInDoubt => WasFrozen || _leases.Exists(static lease => lease.IsInDoubt);

    private bool WasFrozen => _leases.Count > 0 && _loop.Time.GetElapsedTime(_saidAt).TotalMilliseconds >= _terms.LeaseMs;

    /// <summary>The gateway gets something in a domain that it must not leave alone.</summary>
    /// <param name="domain">Which.</param>
    /// <param name="phonesFor">How long its phones stay registered there at most, as far as this tells; zero for a call.</param>
    /// <param name="heldFrom">When the message left that made the domain count, a timestamp of the loop's clock; null for now.</param>
    public void Watch(DomainId domain, TimeSpan phonesFor, long? heldFrom = null)
    {
        if (_isStopped)
        {
            return;
        }

        var lease = Find(domain);
        bool isNew = lease is null;
        if (lease is null)
        {
            lease = new Lease(domain) { HeldFrom = heldFrom ?? _loop.Time.GetTimestamp() };
            _leases.Add(lease);
        }

        var phonesUntil = _loop.Time.GetUtcNow() + phonesFor;
        lease.PhonesUntil = phonesUntil > lease.PhonesUntil ? phonesUntil : lease.PhonesUntil;
        lease.UsesCount++;
        if (isNew)
        {
            Say(lease);
        }

        if (!_timer.IsRunning)
        {
            _saidAt = _loop.Time.GetTimestamp();
            _timer.Start(TimeSpan.FromMilliseconds((double)_terms.LeaseMs / SignsPerLease));
        }
    }

    /// <summary>True when the effect came after the lease may have lapsed: it is put aside.</summary>
    public bool TryHold(EffectEnvelope envelope)
    {
        if (Lapsed(envelope.Domain) is not { } lease)
        {
            return false;
        }

        Hold(lease, envelope);
        return true;
    }

    /// <summary>The same for something that was decided before, and may be done only while the lease holds.</summary>
    public bool TryHold(DomainId domain, Action work)
    {
        if (Lapsed(domain) is not { } lease)
        {
            return false;
        }

        Hold(lease, work);
        return true;
    }

    /// <summary>Whether one lease at least cannot have lapsed, or there is none. Asks the domains where one may.</summary>
    public bool SomeIsCurrent()
    {
        bool isSomeValid = _leases.Count == 0;
        // Said to a domain in this thread, its answer may come at once and take the lease out.
        foreach (var lease in _leases.ToArray())
        {
            isSomeValid |= IsCurrent(lease.Domain);
        }

        return isSomeValid;
    }

    /// <summary>Whether the lease of this domain cannot have lapsed. Asks the domain when it can.</summary>
    public bool IsCurrent(DomainId domain)
    {
        if (Find(domain) is not { } lease || IsValid(lease))
        {
            return true;
        }

        Say(lease);
        return false;
    }

    public void Stop()
    {
        _isStopped = true;
        _timer.Stop();
    }

    private void Hold(Lease lease, EffectEnvelope envelope) => Hold(lease, () => _release(envelope));

    private void Hold(Lease lease, Action work)
    {
        lease.Held.Enqueue(work);
        Say(lease);
    }

    private Lease? Lapsed(DomainId domain) => Find(domain) is { } lease && (lease.Held.Count > 0 || !IsValid(lease)) ? lease : null;

    private bool IsValid(Lease lease) => _loop.Time.GetElapsedTime(lease.HeldFrom).TotalMilliseconds < _terms.LeaseMs;

    private Lease? Find(DomainId domain)
    {
        foreach (var lease in _leases)
        {
            if (lease.Domain == domain)
            {
                return lease;
            }
        }

        return null;
    }

    private void SayAll()
    {
        bool wasFrozen = WasFrozen;
        _saidAt = _loop.Time.GetTimestamp();
        // Said to a domain in this thread, its answer may come at once and take the lease out.
        foreach (var lease in _leases.ToArray())
        {
            // Whatever became of the last one: another answer may come sooner.
            lease.IsAsked = false;
            lease.IsInDoubt |= wasFrozen;
            Say(lease);
        }

        if (_leases.Count > 0)
        {
            _timer.Start(TimeSpan.FromMilliseconds((double)_terms.LeaseMs / SignsPerLease));
        }
    }

    private void Say(Lease lease)
    {
        if (!lease.IsAsked && !_isStopped)
        {
            lease.IsAsked = true;
            long saidAt = _loop.Time.GetTimestamp();
            bool isIdle = IsIdle(lease);
            long usesCount = lease.UsesCount;
            _send(lease.Domain, isIdle, reply =>
            {
                // What began after it was said is told after it, and begins the lease anew in the domain as well.
                if (isIdle && reply.IsOk && lease.UsesCount == usesCount && IsIdle(lease))
                {
                    _leases.Remove(lease);
                }
                else
                {
                    Hear(lease, saidAt, reply);
                }
            });
        }
    }

    /// <summary>No call, and no phone whose registration can still last: a sign of life is a commit, which domains that were used once shall not have for ever.</summary>
    private bool IsIdle(Lease lease) => lease.Held.Count == 0 && lease.PhonesUntil <= _loop.Time.GetUtcNow() && !_hasCalls(lease.Domain);

    private void Hear(Lease lease, long saidAt, CommandReply reply)
    {
        lease.IsAsked = false;
        if (_isStopped || reply.Code is not (ReplyCode.Ok or ReplyCode.Conflict))
        {
            // The domain could not be asked, or its answer is not kept any more. The timer asks again.
            return;
        }

        if (!reply.IsOk)
        {
            Stop();
            _onLost(lease.Domain);
            return;
        }

        lease.HeldFrom = Math.Max(lease.HeldFrom, saidAt);
        if (!IsValid(lease))
        {
            // The answer took longer than a lease lasts: it says nothing of now.
            Say(lease);
            return;
        }

        lease.IsInDoubt = false;
        while (lease.Held.TryDequeue(out var work))
        {
            work();
        }
    }

    private sealed class Lease(DomainId domain)
    {
        public DomainId Domain { get; } = domain;

        /// <summary>When the last sign of life left that the domain took.</summary>
        public long HeldFrom { get; set; }

        public bool IsAsked { get; set; }

        /// <summary>Until when phones may be registered through this gateway.</summary>
        public DateTimeOffset PhonesUntil { get; set; }

        /// <summary>How often something came to it.</summary>
        public long UsesCount { get; set; }

        /// <summary>This process was frozen, and the domain has not answered since.</summary>
        public bool IsInDoubt { get; set; }

        public Queue<Action> Held { get; } = new();
    }
}
