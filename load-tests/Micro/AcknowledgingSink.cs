using Routing.Mailbox.Hosting;

namespace Routing.Micro;

/// <summary>A gateway that acknowledges every hundredth effect.</summary>
internal sealed class AcknowledgingSink : IEffectSink
{
    private const int EveryEffects = 100;

    public IGatewaySession? Session { get; set; }

    public long Effects { get; private set; }

    public void OnEffect(EffectEnvelope envelope)
    {
        Effects++;
        if (envelope.Sequence % EveryEffects == 0)
        {
            Session?.Acknowledge(envelope.Domain, envelope.Sequence);
        }
    }
}
