using Routing.Contracts.Engine;
using Routing.Contracts.Ids;

namespace Routing.Mailbox.InMemory;

/// <summary>The committed state of one domain. Everything in it is a copy: nobody outside can change it.</summary>
internal sealed class MemoryDomain
{
    public required DomainPlacement Placement { get; set; }

    public long Sequence { get; set; }

    public long LastTurnMs { get; set; }

    public SortedDictionary<RowKey, (byte[] Bytes, long? ExpiresAtMs)> Rows { get; } = [];

    /// <summary>The log in order; pruned from the front.</summary>
    public List<StoredTurn> Turns { get; } = [];

    public Dictionary<SenderId, SenderMark> Senders { get; } = [];

    public Dictionary<GatewayId, OutboxMark> Outboxes { get; } = [];

    public Dictionary<string, IdempotentReply> Replies { get; } = new(StringComparer.Ordinal);

    public SortedDictionary<long, DeadLetter> DeadLetters { get; } = [];

    public void Apply(DomainCommit commit, bool withAcknowledgements)
    {
        Sequence = commit.Sequence;
        LastTurnMs = commit.LastTurnMs;
        foreach (RowChange row in commit.Rows)
        {
            if (row.Bytes is { } bytes)
            {
                Rows[row.Key] = (bytes.ToArray(), row.ExpiresAtMs);
            }
            else
            {
                Rows.Remove(row.Key);
            }
        }

        Turns.AddRange(commit.Turns.Select(static turn => turn with { Payload = turn.Payload.ToArray(), Changed = turn.Changed.ToArray() }));
        commit.Senders.ForEach(sender => Senders[sender.Sender] = sender with { Window = sender.Window.ToArray() });
        commit.Replies.ForEach(reply => Replies[reply.Key] = reply);
        commit.DeadLetters.ForEach(letter => DeadLetters[letter.Number] = letter);
        foreach (OutboxMark outbox in commit.Outboxes)
        {
            Outboxes[outbox.Gateway] = withAcknowledgements ? outbox : WithoutAcknowledgement(outbox);
        }
    }

    public int Prune(PruneRequest request)
    {
        int turns = 0;
        while (turns < request.LimitRows && turns < Turns.Count
            && Turns[turns].Sequence < request.TurnsBefore && Turns[turns].AtMs < request.TurnsOlderThanMs)
        {
            turns++;
        }

        Turns.RemoveRange(0, turns);
        List<RowKey> rows = [.. Rows.Where(row => row.Value.ExpiresAtMs < request.ExpiredBeforeMs).Select(row => row.Key).Take(request.LimitRows)];
        rows.ForEach(key => Rows.Remove(key));
        List<string> replies = [.. Replies.Values.Where(reply => reply.AtMs < request.RepliesOlderThanMs).Select(reply => reply.Key).Take(request.LimitRows)];
        replies.ForEach(key => Replies.Remove(key));
        List<long> letters = [.. DeadLetters.Keys.Where(number => number < request.DeadLettersBefore).Take(request.LimitRows)];
        letters.ForEach(number => DeadLetters.Remove(number));
        return turns + rows.Count + replies.Count + letters.Count;
    }

    private OutboxMark WithoutAcknowledgement(OutboxMark mark) =>
        Outboxes.TryGetValue(mark.Gateway, out OutboxMark before)
            ? mark with { Acknowledged = before.Acknowledged, FromTurn = Math.Min(before.FromTurn, mark.FromTurn) }
            : mark with { Acknowledged = 0, FromTurn = 1 };
}
