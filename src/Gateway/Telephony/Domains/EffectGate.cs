using Routing.Mailbox.Hosting;

namespace Routing.Gateway.Telephony.Domains;

/// <summary>
/// Lets each effect of one domain pass once: a lower epoch is that of an owner which is none any more, a sequence seen before is a repeat. The
/// host delivers in order; numbers that are left out were given up by it (a full outbox) and do not come again.
/// </summary>
internal sealed class EffectGate
{
    private long _epoch;

    /// <summary>The highest sequence taken; 0 before the first.</summary>
    public long Sequence { get; private set; }

    /// <summary>True when the effect is to be carried out now.</summary>
    public bool Admit(EffectEnvelope envelope)
    {
        if (envelope.Epoch < _epoch || envelope.Sequence <= Sequence)
        {
            return false;
        }

        _epoch = envelope.Epoch;
        Sequence = envelope.Sequence;
        return true;
    }
}
