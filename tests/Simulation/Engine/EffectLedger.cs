using System.Text.Json;
using Routing.Contracts.Effects;
using Routing.Contracts.Lending;
using Routing.Contracts.Serialization;
using Routing.Mailbox;
using Routing.Mailbox.Hosting;
using Routing.Simulation.Checking;

namespace Routing.Simulation.Engine;

/// <summary>The effects that committed turns made for one gateway, in order: whatever the engine delivers must be one of them, under its number.</summary>
internal sealed class EffectLedger
{
    private readonly Dictionary<long, (Effect Effect, long AtMs)> _open = [];
    private readonly HashSet<long> _lost = [];
    private long _epoch;

    public long Last { get; private set; }

    public int OpenCount => _open.Count;

    /// <summary>How many were given up because nobody took them.</summary>
    public int GivenUpCount { get; private set; }

    /// <summary>It was given up or put aside: nobody waits for it.</summary>
    public bool IsLost(long number) => _lost.Contains(number);

    public void Lose(long number) => _lost.Add(number);

    /// <param name="effect">What is to be done.</param>
    /// <param name="atMs">Time of its turn.</param>
    public void Add(Effect effect, long atMs) => _open.Add(++Last, (effect, atMs));

    /// <summary>An outbox was stored that keeps nothing up to a number: what nobody acknowledged of it was given up, which takes its time.</summary>
    public void CheckStored(OutboxMark mark, long nowMs, long keptMs)
    {
        foreach ((long number, (Effect effect, long atMs)) in _open.Where(open => open.Key <= mark.Acknowledged).ToArray())
        {
            if (!PeerAddress.IsOne(mark.Gateway) || nowMs - atMs < keptMs)
            {
                throw new CheckFailure("given-up-early", $"{effect} for {mark.Gateway}, {nowMs - atMs} ms old, is kept no more, and nobody acknowledged it");
            }

            _open.Remove(number);
            _lost.Add(number);
            GivenUpCount++;
        }
    }

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
        if (_open.TryGetValue(envelope.Sequence, out (Effect Effect, long AtMs) expected) && !expected.Effect.Equals(envelope.Effect) && Json(expected.Effect) != Json(envelope.Effect))
        {
            throw new CheckFailure("effect-changed", $"{envelope} was delivered, committed was {expected.Effect}");
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
