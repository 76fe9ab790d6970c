using Routing.Mailbox.Hosting;

namespace Routing.Gateway.Telephony.Domains;

/// <summary>
/// Lets each effect of one domain pass once and in order: a lower epoch is that of an owner which is none any more, a sequence seen before is a
/// repeat, and one that leaves a gap must not be acknowledged, since acknowledging is cumulative.
/// </summary>
internal sealed class EffectGate
{
    private long _epoch;
    private long _sequence;

    /// <summary>The highest sequence taken; 0 before the first.</summary>
    public long Sequence => _sequence;

    /// <summary>True when the effect is to be carried out now.</summary>
    public bool Admit(EffectEnvelope envelope)
    {
        if (envelope.Epoch < _epoch || envelope.Sequence <= _sequence)
        {
            return false;
        }

        bool isGap = envelope.Epoch == _epoch && _sequence != 0 && envelope.Sequence > _sequence + 1;
        if (isGap)
        {
            return false;
        }

        _epoch = envelope.Epoch;
        _sequence = envelope.Sequence;
        return true;
    }
}
