using Routing.Mailbox.Hosting;

namespace Routing.Simulation.Engine;

/// <summary>One connection's end at the lane: an owner that lives on after it broke speaks into the void.</summary>
internal sealed class Attachment(Pipe pipe, LaneLife life, int connection) : IEffectSink
{
    public LaneLife Life { get; } = life;

    public int Connection { get; } = connection;

    public void OnEffect(EffectEnvelope envelope) => pipe.Deliver(this, envelope);
}
