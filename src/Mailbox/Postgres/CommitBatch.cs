using Npgsql;
using NpgsqlTypes;
using Routing.Contracts.Engine;

namespace Routing.Mailbox.Postgres;

/// <summary>
/// One commit in one round trip: at most seven prepared statements behind one another and a single Sync, which makes them one transaction
/// (https://www.postgresql.org/docs/15/protocol-flow.html#PROTOCOL-FLOW-PIPELINING). The first checks the epochs; what it throws undoes the rest. Each table is
/// written by one statement over arrays, whose lists are used again and again.
/// </summary>
internal sealed class CommitBatch : IDisposable
{
    private readonly NpgsqlBatch _batch;
    private readonly List<int> _partitions = [];
    private readonly List<long> _epochs = [];
    private readonly NpgsqlParameter<long?> _alive = new() { NpgsqlDbType = NpgsqlDbType.Bigint };
    private readonly MarkColumns _marks = new();
    private readonly RowColumns _rows = new();
    private readonly KeyColumns _deleted = new();
    private readonly TurnColumns _turns = new();
    private readonly ReplyColumns _replies = new();
    private readonly LetterColumns _letters = new();
    private readonly NpgsqlBatchCommand _fence = new("SELECT fence($1, $2, $3)");

    public CommitBatch(NpgsqlConnection client)
    {
        _batch = new NpgsqlBatch(client);
        _fence.Parameters.With(_partitions, ColumnTypes.Ints).With(_epochs, ColumnTypes.Longs).Add(_alive);
    }

    /// <summary>Returns when the server says that all of it is durable; throws what the client throws.</summary>
    public void Run(LaneCommit commit)
    {
        Clear();
        Fill(commit);
        _batch.BatchCommands.Clear();
        _batch.BatchCommands.Add(_fence);
        AddUnlessEmpty(_marks);
        AddUnlessEmpty(_rows);
        AddUnlessEmpty(_deleted);
        AddUnlessEmpty(_turns);
        AddUnlessEmpty(_replies);
        AddUnlessEmpty(_letters);
        _batch.ExecuteNonQuery();
    }

    public void Dispose() => _batch.Dispose();

    private void AddUnlessEmpty(TableColumns columns)
    {
        if (columns.Count > 0)
        {
            _batch.BatchCommands.Add(columns.Command);
        }
    }

    private void Fill(LaneCommit commit)
    {
        _alive.TypedValue = commit.IsHeartbeat || commit.Domains.Count == 0 ? commit.NowMs : null;
        foreach (PartitionEpoch owned in commit.Partitions)
        {
            _partitions.Add(owned.Partition);
            _epochs.Add(owned.Epoch);
        }

        foreach (DomainCommit domain in commit.Domains)
        {
            Fill(domain, commit.NowMs);
        }
    }

    private void Fill(DomainCommit domain, long nowMs)
    {
        int number = domain.Placement.Number;
        _marks.Add(number, PostgresSchema.DomainMark, string.Empty, domain.Sequence, domain.LastTurnMs, nowMs, default);
        foreach (ref readonly RowChange row in domain.Rows)
        {
            if (row.Bytes is { } bytes)
            {
                _rows.Add(number, row.Key, row.ExpiresAtMs, bytes);
            }
            else
            {
                _deleted.Add(number, row.Key);
            }
        }

        foreach (StoredTurn turn in domain.Turns)
        {
            _turns.Add(number, turn);
        }

        foreach (SenderMark sender in domain.Senders)
        {
            _marks.Add(number, PostgresSchema.SenderMark, sender.Sender.Value, sender.Incarnation, sender.High, 0, sender.Window);
        }

        foreach (OutboxMark outbox in domain.Outboxes)
        {
            _marks.Add(number, PostgresSchema.OutboxMark, outbox.Gateway.Value, outbox.Last, outbox.Acknowledged, outbox.FromTurn, default);
        }

        foreach (IdempotentReply reply in domain.Replies)
        {
            _replies.Add(number, reply);
        }

        foreach (DeadLetter letter in domain.DeadLetters)
        {
            _letters.Add(number, letter);
        }
    }

    private void Clear()
    {
        _partitions.Clear();
        _epochs.Clear();
        _marks.Clear();
        _rows.Clear();
        _deleted.Clear();
        _turns.Clear();
        _replies.Clear();
        _letters.Clear();
    }
}
