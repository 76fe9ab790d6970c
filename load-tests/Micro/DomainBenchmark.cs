using System.Text.Json;
using Routing.Contracts.Commands;
using Routing.Contracts.Effects;
using Routing.Contracts.Engine;
using Routing.Contracts.Ids;
using Routing.Contracts.Serialization;
using Routing.Contracts.Views;
using Routing.Grains.Domain;

namespace Routing.Micro;

/// <summary>
/// One domain without a store: every agent talks, half as many callers wait, and ten in each queue at least. An agent's call ends, the next caller is offered, rung and answered, and another one calls.
/// Says what a decision costs, what it writes, and what loading the domain costs, for a number of agents; the first three must not depend on it.
/// </summary>
internal sealed class DomainBenchmark
{
    private const int WarmUpCalls = 2_000;

    /// <summary>A decision's record names up to five calls that waited (<see cref="WhyRecord.MaxEntriesCount"/>): shorter lines would make small domains look cheaper.</summary>
    private const int MinWaitingInQueue = 10;

    private static readonly GatewayId Gateway = GatewayId.Of("gw");
    private static readonly LegState CallerLeg = new(LegId.Of("caller"), new byte[600]);
    private static readonly LegState AgentLeg = new(LegId.Of("agent1"), new byte[600]);

    private readonly RoutingDomainFactory _factory = new();
    private readonly DomainId _domain = DomainId.Of("micro");
    private readonly Dictionary<RowKey, ReadOnlyMemory<byte>> _rows = [];
    private readonly Queue<OfferId> _talking = [];
    private readonly int _agents;
    private IDomainMachine _machine;
    private long _nowMs = 1_790_000_000_000;
    private long _sequence;
    private int _calls;
    private int _decisions;
    private long _turns;
    private long _messages;
    private long _candidates;
    private long _rowsWritten;
    private long _rowBytes;
    private long _recordBytes;
    private bool _isCounting;
    private TimeSpan _busy;

    private DomainBenchmark(int agents)
    {
        _agents = agents;
        _machine = _factory.Create(_domain);
        _machine.Activate();
    }

    private int Waiting => Math.Max(_agents / 2, MicroDomain.Queues * MinWaitingInQueue);

    public static void Run(int agents, int calls)
    {
        DomainBenchmark benchmark = new(agents);
        benchmark.Fill();
        benchmark.Measure(calls);
        benchmark.Load();
    }

    private void Fill()
    {
        Turn(new ApplyConfiguration(MicroDomain.Configuration(_domain, _agents)));
        for (int i = 0; i < _agents; i++)
        {
            Turn(MicroDomain.Register(i, Gateway));
        }

        for (int i = 0; i < _agents + Waiting; i++)
        {
            Arrive();
        }
    }

    private void Measure(int calls)
    {
        for (int i = 0; i < WarmUpCalls; i++)
        {
            Cycle();
        }

        _isCounting = true;
        TimeSpan started = Environment.CpuUsage.TotalTime;
        for (int i = 0; i < calls; i++)
        {
            Cycle();
        }

        double cpuUs = (Environment.CpuUsage.TotalTime - started).TotalMicroseconds;
        Print($"{_agents} agents, {MicroDomain.Skills} skills, {Waiting} calls waiting: {_decisions} decisions");
        Print($"  {(double)_candidates / _decisions:F2} candidates touched, {(double)_rowsWritten / _decisions:F2} rows and {(double)_rowBytes / _decisions:F0} bytes of rows, "
            + $"{(double)_recordBytes / _decisions:F0} bytes of effects and events a decision (with all turns of its call)");
        Print($"  {_busy.TotalMicroseconds / _turns:F2} us a turn, {_busy.TotalMicroseconds / _decisions:F2} us a call, "
            + $"{_messages / _busy.TotalSeconds:F0} messages between grains/s ({(double)_messages / _turns:F2} a turn); CPU of all {cpuUs / _decisions:F1} us a call");
    }

    private void Load()
    {
        List<StoredRow> rows = [.. _rows.Where(row => _factory.IsResident(row.Key.Kind)).Select(static row => new StoredRow(row.Key, row.Value))];
        for (int i = 0; i < 3; i++)
        {
            TimeSpan cpu = Environment.CpuUsage.TotalTime;
            long started = TimeProvider.System.GetTimestamp();
            IDomainMachine machine = _factory.Create(_domain);
            machine.Load(rows);
            List<RowKey> keys = [];
            machine.NameRowsToActivate(keys);
            machine.Load([.. keys.Where(_rows.ContainsKey).Select(key => new StoredRow(key, _rows[key]))]);
            machine.Activate();
            _machine = machine;
            Print($"  activation of {rows.Count} rows ({rows.Sum(static row => (long)row.Bytes.Length)} bytes): {TimeProvider.System.GetElapsedTime(started).TotalMilliseconds:F0} ms, "
                + $"CPU {(Environment.CpuUsage.TotalTime - cpu).TotalMilliseconds:F0} ms");
        }
    }

    /// <summary>The call that talks longest ends; whoever is offered to the agent is rung and answered; another caller comes.</summary>
    private void Cycle()
    {
        Turn(new AgentLegEnded(_talking.Dequeue(), AgentLegEndCause.HungUp));
        Arrive();
    }

    private void Arrive()
    {
        Turn(new CallArrived
        {
            Call = CallId.Of(MicroDomain.Text($"call-{_calls:D9}")),
            Gateway = Gateway,
            Dnis = MicroDomain.Number(_calls++),
            Ani = string.Empty,
            Leg = CallerLeg,
        });
    }

    private void Turn(Command command)
    {
        _nowMs += 10;
        List<RowKey> named = [];
        _machine.NameColdRows(command, named);
        TurnInput input = new()
        {
            NowMs = _nowMs,
            Sequence = ++_sequence,
            Random = (ulong)_sequence * 0x9E3779B97F4A7C15,
            Command = command,
            ColdRows = [.. named.Where(_rows.ContainsKey).Select(key => new StoredRow(key, _rows[key]))],
        };
        long started = TimeProvider.System.GetTimestamp();
        TurnResult result = _machine.Turn(input);
        Count(result, TimeProvider.System.GetElapsedTime(started));
        if (!result.Reply.IsOk)
        {
            throw new InvalidOperationException($"{command}: {result.Reply}");
        }

        foreach (AddressedEffect effect in result.Effects)
        {
            if (effect.Effect is OfferCall offer)
            {
                Turn(new OfferRinging(offer.Offer, AgentLeg));
                Turn(new OfferAnswered(offer.Offer, AgentLeg));
                _talking.Enqueue(offer.Offer);
            }
        }
    }

    private void Count(TurnResult result, TimeSpan busy)
    {
        foreach (RowChange row in result.Rows)
        {
            if (row.Bytes is null || row.ExpiresAtMs is not null)
            {
                _rows.Remove(row.Key);
            }
            else
            {
                _rows[row.Key] = row.Bytes.Value;
            }
        }

        if (!_isCounting)
        {
            return;
        }

        _turns++;
        _busy += busy;
        _messages += result.Messages;
        _candidates += result.CandidatesTouched;
        _rowsWritten += result.Rows.Count;
        _rowBytes += result.Rows.Sum(static row => (long)(row.Bytes?.Length ?? 0));
        _decisions += result.Effects.Count(static effect => effect.Effect is OfferCall);
        _recordBytes += result.Effects.Sum(static effect => (long)JsonSerializer.SerializeToUtf8Bytes(effect.Effect, ContractsJson.Default.Effect).Length)
            + result.Events.Sum(static said => (long)JsonSerializer.SerializeToUtf8Bytes(said, ContractsJson.Default.DomainEvent).Length);
    }

    private static void Print(string line) => Console.WriteLine(line);
}
