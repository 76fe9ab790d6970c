using System.Text.Json;
using Routing.Contracts.Effects;
using Routing.Contracts.Serialization;
using Routing.Mailbox.Hosting;
using Routing.Simulation.Checking;

namespace Routing.Simulation.Engine;

/// <summary>The effects that committed turns made for one gateway, in order: whatever the engine delivers must be one of them, under its number.</summary>
internal sealed class EffectLedger
{
    private readonly Dictionary<long, Effect> _open = [];
    private long _epoch;

    public long Last { get; private set; }

    public int OpenCount => _open.Count;

    public void Add(Effect effect) => _open.Add(++Last, effect);

    /// <summary>An owner that was superseded may still say what it committed before: gateways refuse its epoch.</summary>
    public void CheckDelivered(EffectEnvelope envelope, bool isOwner)
    {
        if (envelope.Sequence > Last)
        {
            throw new CheckFailure("effect-before-commit", $"{envelope} was delivered, committed are {Last} effects");
        }

        if (envelope.Epoch < _epoch && isOwner)
        {
            throw new CheckFailure("effect-epoch", $"{envelope} was delivered after epoch {_epoch}");
        }

        _epoch = Math.Max(_epoch, envelope.Epoch);
        if (_open.TryGetValue(envelope.Sequence, out Effect? expected) && !expected.Equals(envelope.Effect) && Json(expected) != Json(envelope.Effect))
        {
            throw new CheckFailure("effect-changed", $"{envelope} was delivered, committed was {expected}");
        }
    }

    public void Acknowledge(long sequence)
    {
        for (long acknowledged = sequence; _open.Remove(acknowledged); acknowledged--)
        {
            // The loop's condition does the work: acknowledgements are cumulative.
        }
    }

    private static string Json(Effect effect) => JsonSerializer.Serialize(effect, ContractsJson.Default.Effect);
}
