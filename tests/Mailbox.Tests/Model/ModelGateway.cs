using Routing.Contracts.Effects;
using Routing.Contracts.Ids;
using Routing.Mailbox.Hosting;
using Routing.Mailbox.Tests.Fakes;
using Xunit;

namespace Routing.Mailbox.Tests.Model;

/// <summary>A gateway that remembers every effect it ever saw and insists on the promises of delivery.</summary>
public sealed class ModelGateway(string name) : IEffectSink
{
    private readonly SortedDictionary<long, string> _seen = [];
    private long _epoch;
    private long _lastOfEpoch;
    private long _acknowledged;

    public GatewayId Id { get; } = GatewayId.Of(name);

    public long Incarnation { get; private set; }

    public IGatewaySession? Session { get; private set; }

    public IReadOnlyDictionary<long, string> Seen => _seen;

    public void Open(LocalHost host)
    {
        _epoch = 0;
        Session = host.OpenGateway(Id, ++Incarnation, this);
    }

    public void OnEffect(EffectEnvelope envelope)
    {
        Assert.True(envelope.Epoch >= _epoch, "An effect of an older ownership came.");
        if (envelope.Epoch > _epoch)
        {
            // Everything from the first unacknowledged one comes again; an acknowledgement that was not stored yet may be forgotten.
            Assert.True(envelope.Sequence <= _acknowledged + 1, $"{Id}: effects before {envelope.Sequence} were left out.");
            (_epoch, _lastOfEpoch) = (envelope.Epoch, envelope.Sequence - 1);
        }

        Assert.Equal(_lastOfEpoch + 1, envelope.Sequence);
        _lastOfEpoch = envelope.Sequence;
        string call = ((RingCaller)envelope.Effect).Call.Value;
        if (_seen.TryGetValue(envelope.Sequence, out string? before))
        {
            Assert.Equal(before, call);
        }

        _seen[envelope.Sequence] = call;
    }

    public void AcknowledgeSome(Random random)
    {
        if (_lastOfEpoch > _acknowledged)
        {
            _acknowledged += random.NextInt64(_lastOfEpoch - _acknowledged + 1);
            Session!.Acknowledge(Ledger.Domain, _acknowledged);
        }
    }
}
