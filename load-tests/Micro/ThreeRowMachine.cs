using System.Buffers.Binary;
using System.Globalization;
using Routing.Contracts.Commands;
using Routing.Contracts.Effects;
using Routing.Contracts.Engine;
using Routing.Contracts.Events;
using Routing.Contracts.Explanations;
using Routing.Contracts.Ids;
using Routing.Contracts.Views;

namespace Routing.Micro;

/// <summary>A domain that costs the engine what a routing decision does: three rows of a few hundred bytes, one effect, one event a turn; and itself nearly nothing.</summary>
internal sealed class ThreeRowMachine(DomainId domain) : IDomainMachine
{
    private const int CallRowBytes = 400;
    private const int AgentRowBytes = 250;
    private const int QueueRowBytes = 120;
    private const int LiveCalls = 2_000;
    private const int Agents = 1_000;

    private static readonly GatewayId Gateway = GatewayId.Of("gw");

    private readonly string[] _calls = [.. Enumerable.Range(0, LiveCalls).Select(i => $"call-{(uint)(i * 2_654_435_761L):x8}")];
    private readonly string[] _agents = [.. Enumerable.Range(0, Agents).Select(i => string.Create(CultureInfo.InvariantCulture, $"agent{i}"))];

    public DomainId Domain { get; } = domain;

    public long NextTimerDueMs => long.MaxValue;

    public TimerDue? NextTimer => null;

    public void Load(IReadOnlyList<StoredRow> rows)
    {
        // The rows are written, never needed.
    }

    public void Change(IReadOnlyList<RowChange> rows)
    {
        // The same.
    }

    public void NameRowsToActivate(ICollection<RowKey> keys)
    {
        // No cold rows.
    }

    public void Activate()
    {
        // Nothing to build.
    }

    public void PostponeTimer(TimerDue timer, long untilMs)
    {
        // No timers.
    }

    public void NameColdRows(Command command, ICollection<RowKey> keys)
    {
        // No cold rows.
    }

    public TurnResult Turn(TurnInput input)
    {
        int call = (int)(input.Sequence % LiveCalls);
        return new TurnResult
        {
            Reply = CommandReply.Ok,
            Rows =
            [
                new RowChange(new RowKey(1, _calls[call]), Row(input, CallRowBytes)),
                new RowChange(new RowKey(2, _agents[input.Sequence % Agents]), Row(input, AgentRowBytes)),
                new RowChange(new RowKey(3, "support"), Row(input, QueueRowBytes)),
            ],
            Effects = [new AddressedEffect(Gateway, new RingCaller(CallId.Of(_calls[call])))],
            Events = [new EdgeConfigurationChanged(input.Sequence)],
        };
    }

    public DomainSnapshot Snapshot() => throw new NotSupportedException("The benchmark takes no snapshots.");

    public Explanation? Explain(Question question, long nowMs) => throw new NotSupportedException("The benchmark asks nothing.");

    private static byte[] Row(TurnInput input, int lengthBytes)
    {
        byte[] bytes = new byte[lengthBytes];
        BinaryPrimitives.WriteInt64LittleEndian(bytes, input.Sequence);
        return bytes;
    }
}
