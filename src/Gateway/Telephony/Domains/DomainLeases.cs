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
    private readonly Action<DomainId, Action<CommandReply>> _send;
    private readonly Action<EffectEnvelope> _release;
    private readonly Action<DomainId> _onLost;
    private readonly List<Lease> _leases = [];
    private readonly SipTimer _timer;
    private bool _isStopped;

    /// <param name="loop">Of the gateway.</param>
    /// <param name="terms">What was promised.</param>
    /// <param name="send">Sends a sign of life to a domain; the reply comes on the SIP thread.</param>
    /// <param name="release">Takes the effects that were put aside, in order.</param>
    /// <param name="onLost">A domain gave this life of the gateway up.</param>
    public DomainLeases(SipLoop loop, LeaseTerms terms, Action<DomainId, Action<CommandReply>> send, Action<EffectEnvelope> release, Action<DomainId> onLost)
    {
        _loop = loop;
        _terms = terms;
        _send = send;
        _release = release;
        _onLost = onLost;
        _timer = loop.CreateTimer(static state => ((DomainLeases)state!).SayAll(), this);
    }

    /// <summary>The gateway gets something in a domain that it must not leave alone.</summary>
    /// <param name="domain">Which.</param>
    /// <param name="heldFrom">When the message left that made the domain count, a timestamp of the loop's clock; null for now.</param>
    public void Watch(DomainId domain, long? heldFrom = null)
    {
        if (_isStopped || Find(domain) is not null)
        {
            return;
        }

        Lease lease = new(domain) { HeldFrom = heldFrom ?? _loop.Time.GetTimestamp() };
        _leases.Add(lease);
        Say(lease);
        if (!_timer.IsRunning)
        {
            _timer.Start(TimeSpan.FromMilliseconds((double)_terms.LeaseMs / SignsPerLease));
        }
    }

    /// <summary>True when the effect came after the lease may have lapsed: it is put aside.</summary>
    public bool TryHold(EffectEnvelope envelope)
    {
        if (Find(envelope.Domain) is not { } lease || (lease.Held.Count == 0 && IsValid(lease)))
        {
            return false;
        }

        lease.Held.Enqueue(envelope);
        Say(lease);
        return true;
    }

    /// <summary>Whether no lease may have lapsed. Asks the domains where one may.</summary>
    public bool AreCurrent()
    {
        bool areValid = true;
        foreach (var lease in _leases)
        {
            if (!IsValid(lease))
            {
                areValid = false;
                Say(lease);
            }
        }

        return areValid;
    }

    public void Stop()
    {
        _isStopped = true;
        _timer.Stop();
    }

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
        foreach (var lease in _leases)
        {
            // Whatever became of the last one: another answer may come sooner.
            lease.IsAsked = false;
            Say(lease);
        }

        _timer.Start(TimeSpan.FromMilliseconds((double)_terms.LeaseMs / SignsPerLease));
    }

    private void Say(Lease lease)
    {
        if (!lease.IsAsked && !_isStopped)
        {
            lease.IsAsked = true;
            long saidAt = _loop.Time.GetTimestamp();
            _send(lease.Domain, reply => Hear(lease, saidAt, reply));
        }
    }

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

        while (lease.Held.TryDequeue(out var envelope))
        {
            _release(envelope);
        }
    }

    private sealed class Lease(DomainId domain)
    {
        public DomainId Domain { get; } = domain;

        /// <summary>When the last sign of life left that the domain took.</summary>
        public long HeldFrom { get; set; }

        public bool IsAsked { get; set; }

        public Queue<EffectEnvelope> Held { get; } = new();
    }
}
