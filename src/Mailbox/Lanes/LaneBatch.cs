using Routing.Contracts.Commands;
using Routing.Contracts.Effects;
using Routing.Contracts.Engine;
using Routing.Contracts.Events;
using Routing.Mailbox.Delivery;

namespace Routing.Mailbox.Lanes;

/// <summary>The turns of one commit: what it writes and what leaves after it. Used again and again by its lane.</summary>
internal sealed class LaneBatch : IDisposable
{
    private readonly List<TurnRelease> _releases = [];
    private readonly List<(GatewayOutbox Outbox, long Sequence, Effect Effect)> _effects = [];

    public TurnRecordWriter Writer { get; } = new();

    public List<LaneDomain> Domains { get; } = [];

    public IReadOnlyList<TurnRelease> Releases => _releases;

    public int Turns { get; private set; }

    public int Rows { get; private set; }

    public long Bytes { get; private set; }

    public bool IsEmpty => Domains.Count == 0 && _releases.Count == 0;

    public void Clear()
    {
        foreach (LaneDomain domain in Domains)
        {
            domain.Commit.Clear();
            domain.IsTouched = false;
        }

        Domains.Clear();
        _releases.Clear();
        _effects.Clear();
        Writer.Reset();
        Turns = 0;
        Rows = 0;
        Bytes = 0;
    }

    public void Touch(LaneDomain domain)
    {
        if (!domain.IsTouched)
        {
            domain.IsTouched = true;
            Domains.Add(domain);
        }
    }

    /// <summary>Takes a turn that succeeded. The effects were numbered already and are in <paramref name="payload"/>.</summary>
    public void AddTurn(LaneDomain domain, LaneInput? input, TurnInput turn, TurnResult result, ReadOnlyMemory<byte> payload)
    {
        Touch(domain);
        foreach (RowChange row in result.Rows)
        {
            domain.Commit.AddRow(row);
            Bytes += row.Bytes?.Length ?? 0;
        }

        int effectsFrom = _effects.Count;
        foreach (AddressedEffect effect in result.Effects)
        {
            GatewayOutbox outbox = domain.Outbox(effect.Gateway);
            _effects.Add((outbox, outbox.Add(turn.Sequence, turn.NowMs, effect.Effect), effect.Effect));
        }

        domain.Commit.Turns.Add(new StoredTurn(turn.Sequence, turn.NowMs, payload));
        TurnEvents? events = result.Events.Count == 0 ? null : new TurnEvents(turn.Sequence, turn.NowMs, result.Events);
        _releases.Add(new TurnRelease(domain, input, result.Reply, effectsFrom, _effects.Count, events));
        Turns++;
        Rows += result.Rows.Count;
        Bytes += payload.Length;
    }

    /// <summary>An answer without a turn: the stored outcome of a repeat, or of an input that failed.</summary>
    public void AddAnswer(LaneDomain domain, LaneInput input, CommandReply reply)
    {
        _releases.Add(new TurnRelease(domain, input, reply, _effects.Count, _effects.Count, null));
        Turns++;
    }

    public (GatewayOutbox Outbox, long Sequence, Effect Effect) EffectAt(int index) => _effects[index];

    /// <summary>The inputs of one domain that are in the batch, in order.</summary>
    public List<LaneInput> InputsOf(LaneDomain domain)
    {
        List<LaneInput> inputs = [];
        foreach (TurnRelease release in _releases)
        {
            if (release.Domain == domain && release.Input is { } input)
            {
                inputs.Add(input);
            }
        }

        return inputs;
    }

    public void Dispose() => Writer.Dispose();
}
