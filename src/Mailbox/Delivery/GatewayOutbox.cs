using Routing.Contracts.Effects;
using Routing.Contracts.Ids;

namespace Routing.Mailbox.Delivery;

/// <summary>
/// The effects of one domain for one gateway: numbered densely, kept until acknowledged, sent in order. Rebuilt from the turn log when a domain is loaded.
/// Effects of the batch that runs are in it already, but only committed ones are ever sent.
/// </summary>
public sealed class GatewayOutbox(GatewayId gateway)
{
    private readonly Queue<PendingEffect> _pending = [];
    private int _reserved;

    public GatewayId Gateway { get; } = gateway;

    /// <summary>Number of the last effect made.</summary>
    public long Last { get; private set; }

    public long Acknowledged { get; private set; }

    /// <summary>Number of the last effect given to the gateway's session that is open now.</summary>
    public long Sent { get; set; }

    /// <summary>Differs from what is stored.</summary>
    public bool IsChanged { get; private set; }

    public int Count => _pending.Count;

    public IEnumerable<PendingEffect> Pending => _pending;

    /// <summary>Lowest turn with an unacknowledged effect, <see cref="long.MaxValue"/> when there is none.</summary>
    public long FromTurn => _pending.TryPeek(out PendingEffect first) ? first.Turn : long.MaxValue;

    /// <summary>Time of the turn that made the oldest unacknowledged effect, Unix milliseconds; <see cref="long.MaxValue"/> when there is none.</summary>
    public long OldestMs => _pending.TryPeek(out PendingEffect first) ? first.AtMs : long.MaxValue;

    /// <summary>Effects were given up because nobody took them, and since then none was acknowledged.</summary>
    public bool IsGivenUp { get; private set; }

    /// <summary>What the store was last told of <see cref="FromTurn"/>: the log may be pruned below it. One that was never stored holds no turn back.</summary>
    public long StoredFromTurn { get; private set; } = long.MaxValue;

    public static GatewayOutbox Restore(OutboxMark mark) =>
        new(mark.Gateway) { Last = mark.Last, Acknowledged = mark.Acknowledged, Sent = mark.Acknowledged, StoredFromTurn = mark.FromTurn };

    /// <summary>Takes an effect out of the log again. Those at or below the acknowledgement are done.</summary>
    public void RestoreEffect(long sequence, long turn, long atMs, Effect effect)
    {
        if (sequence > Acknowledged)
        {
            _pending.Enqueue(new PendingEffect(sequence, turn, atMs, effect));
        }
    }

    /// <summary>The number that the next effect of this turn will get: the record of a turn is written before anything of it is taken.</summary>
    public long Reserve() => Last + ++_reserved;

    /// <summary>The turn came to nothing.</summary>
    public void CancelReservations() => _reserved = 0;

    /// <summary>Takes a new effect, under the next number.</summary>
    public long Add(long turn, long atMs, Effect effect)
    {
        _reserved = Math.Max(0, _reserved - 1);
        Last++;
        _pending.Enqueue(new PendingEffect(Last, turn, atMs, effect));
        IsChanged = true;
        return Last;
    }

    /// <summary>The gateway did everything up to a number. Numbers that were never sent are cut to the last one.</summary>
    public void Acknowledge(long sequence)
    {
        sequence = Math.Min(sequence, Last);
        if (sequence <= Acknowledged)
        {
            return;
        }

        IsGivenUp = false;

        Acknowledged = sequence;
        Sent = Math.Max(Sent, sequence);
        IsChanged = true;
        while (_pending.TryPeek(out PendingEffect first) && first.Sequence <= sequence)
        {
            _pending.Dequeue();
        }
    }

    /// <summary>Takes the oldest effect out for good: the outbox is full.</summary>
    public PendingEffect DropOldest()
    {
        PendingEffect oldest = _pending.Peek();
        Acknowledge(oldest.Sequence);
        return oldest;
    }

    /// <summary>Takes out for good what was made before a time. Returns how many.</summary>
    public int GiveUp(long beforeMs)
    {
        int count = 0;
        while (OldestMs < beforeMs)
        {
            _ = DropOldest();
            count++;
        }

        IsGivenUp |= count > 0;
        return count;
    }

    public OutboxMark Pack()
    {
        IsChanged = false;
        StoredFromTurn = FromTurn;
        return new OutboxMark(Gateway, Last, Acknowledged, FromTurn);
    }
}
