using System.Buffers.Binary;
using Routing.Contracts.Commands;
using Routing.Contracts.Effects;
using Routing.Contracts.Engine;
using Routing.Contracts.Explanations;
using Routing.Contracts.Ids;
using Routing.Contracts.Lending;
using Routing.Contracts.Views;

namespace Routing.Mailbox.Tests.Fakes;

/// <summary>A domain that says to its peer what it is told, one number after the other, and keeps what it hears: each once and in order, or it throws.</summary>
public sealed class PeerMachine(DomainId domain, DomainId peer) : IDomainMachine
{
    public const byte Kind = 1;

    private static readonly RowKey Key = new(Kind, "state");

    private long _said;
    private long _heard;
    private long _high;

    public DomainId Domain { get; } = domain;

    public long NextTimerDueMs => long.MaxValue;

    public TimerDue? NextTimer => null;

    /// <summary>What a row of it says was said.</summary>
    public static long SaidIn(ReadOnlySpan<byte> row) => BinaryPrimitives.ReadInt64LittleEndian(row);

    /// <summary>What a row of it says was heard.</summary>
    public static long HeardIn(ReadOnlySpan<byte> row) => BinaryPrimitives.ReadInt64LittleEndian(row[8..]);

    public void Load(IReadOnlyList<StoredRow> rows)
    {
        foreach (StoredRow row in rows)
        {
            _said = BinaryPrimitives.ReadInt64LittleEndian(row.Bytes.Span);
            _heard = HeardIn(row.Bytes.Span);
            _high = BinaryPrimitives.ReadInt64LittleEndian(row.Bytes.Span[16..]);
        }
    }

    public void Change(IReadOnlyList<RowChange> rows) => Load([.. rows.Select(static row => new StoredRow(row.Key, row.Bytes!.Value))]);

    public void NameRowsToActivate(ICollection<RowKey> keys)
    {
    }

    public void Activate()
    {
    }

    public void PostponeTimer(TimerDue timer, long untilMs)
    {
    }

    public void NameColdRows(Command command, ICollection<RowKey> keys)
    {
    }

    public TurnResult Turn(TurnInput input) => input.Command switch
    {
        CallerLeft => Say(),
        PeerSaid said => Hear(said),
        _ => new TurnResult { Reply = CommandReply.Ok },
    };

    public DomainSnapshot Snapshot() => throw new NotSupportedException();

    public Explanation? Explain(Question question, long nowMs) => null;

    private TurnResult Say()
    {
        _said++;
        CallId call = CallId.Of("c");
        return new TurnResult { Reply = CommandReply.Ok, Rows = [Row()], Effects = [new AddressedEffect(PeerAddress.Of(peer), new TellDomain(call, new StopSeeking(call, (int)_said, string.Empty)))] };
    }

    private TurnResult Hear(PeerSaid said)
    {
        if (said.Number <= _high)
        {
            return new TurnResult { Reply = CommandReply.Ok };
        }

        if (said.Number != _high + 1 && said.Number != said.FirstOpen)
        {
            return new TurnResult { Reply = new CommandReply(ReplyCode.Conflict) };
        }

        if (said.From != peer || (said.Number == _high + 1 && said.Message.Attempt != _heard + 1))
        {
            throw new InvalidOperationException($"{said} after {_heard}");
        }

        _high = said.Number;
        _heard = said.Message.Attempt;
        return new TurnResult { Reply = CommandReply.Ok, Rows = [Row()] };
    }

    private RowChange Row()
    {
        byte[] bytes = new byte[24];
        BinaryPrimitives.WriteInt64LittleEndian(bytes, _said);
        BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(8), _heard);
        BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(16), _high);
        return new RowChange(Key, bytes);
    }
}
