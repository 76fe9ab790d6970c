using System.Globalization;
using System.Text;
using Routing.Contracts.Commands;
using Routing.Mailbox.Hosting;
using Routing.Mailbox.InMemory;
using Routing.Mailbox.Lanes;
using Routing.Mailbox.Tests.Fakes;
using Routing.Mailbox.Tests.Hosts;
using Xunit;

namespace Routing.Mailbox.Tests.Model;

/// <summary>
/// Random inputs, acknowledgements, faults, crashes and pauses from one seed; then the world is healed and the stored ledger is compared with what was sent and heard:
/// what was answered Ok happened once, what was answered Failed never, what was not answered at most once, in the order of its sender, and all effects and events came out.
/// </summary>
public sealed class LedgerModel : IDisposable
{
    private const int Accounts = 3;
    private const int GatewaysCount = 3;

    private readonly ManualTime _time = new();
    private readonly Random _random;
    private readonly StoreFixture _fixture;
    private readonly double _faultRate;
    private readonly List<SentInput> _sent = [];
    private readonly ModelGateway[] _gateways;
    private readonly RecordingSink _events = new();
    private LocalHost _host;
    private int _life;

    public LedgerModel(int seed, Func<TimeProvider, StoreFixture> makeStore, double faultRate)
    {
        _random = new Random(seed);
        _fixture = makeStore(_time);
        _faultRate = faultRate;
        _gateways = [.. Enumerable.Range(0, GatewaysCount).Select(i => new ModelGateway($"g{i}"))];
        _host = Start();
        if (_fixture.Store is MemoryStore store)
        {
            store.DrawFault = point => _random.NextDouble() < RateOf(point);
        }
    }

    /// <summary>Turns that were stored, for the test's record.</summary>
    public long Turns { get; private set; }

    public int Crashes => _life - 1;

    public void Dispose()
    {
        _host.Dispose();
        _fixture.Dispose();
    }

    public void Run(int steps)
    {
        for (int i = 0; i < steps; i++)
        {
            Step();
            if (_fixture.Store is MemoryStore { IsCrashed: true })
            {
                Crash();
            }
        }

        Heal();
        Check();
    }

    private void Step()
    {
        switch (_random.Next(100))
        {
            case < 60:
                Send();
                break;
            case < 75:
                _host.RunUntilIdle();
                break;
            case < 85:
                _time.Advance(_random.Next(10) == 0 ? _random.Next(8_000) : _random.Next(50));
                _host.RunUntilIdle();
                break;
            case < 95:
                _gateways[_random.Next(GatewaysCount)].AcknowledgeSome(_random);
                break;
            case < 98:
                _gateways[_random.Next(GatewaysCount)].Open(_host);
                break;
            default:
                Crash();
                break;
        }
    }

    private void Send()
    {
        ModelGateway gateway = _gateways[_random.Next(GatewaysCount)];
        List<(string Gateway, int Count)> effects = [];
        List<string> script = [];
        for (int i = _random.Next(3); i > 0; i--)
        {
            (string to, int count) = ($"g{_random.Next(GatewaysCount)}", 1 + _random.Next(2));
            effects.Add((to, count));
            script.Add(string.Create(CultureInfo.InvariantCulture, $"effect {to} {count}"));
        }

        string extra = _random.Next(20) switch
        {
            0 => "throw",
            1 => string.Create(CultureInfo.InvariantCulture, $"timer t{_sent.Count} {_random.Next(3_000)}"),
            2 => "quiet",
            3 or 4 => $"cold c{_random.Next(3)}",
            _ => string.Empty,
        };
        if (extra.Length > 0)
        {
            script.Add(extra);
        }

        SentInput input = new(
            $"e{_sent.Count}", $"{gateway.Id}/{gateway.Incarnation}/{_life}", $"a{_random.Next(Accounts)}", effects);
        _sent.Add(input);
        gateway.Session!.Send(Ledger.Domain, Ledger.Entry(input.Account, input.Entry, string.Join(';', script)), reply => input.Replies.Add(reply.Code));
    }

    private LocalHost Start()
    {
        _life++;
        LocalHost host = new(_fixture.Store, new LedgerFactory(), _time, new LocalHostOptions { IsManual = true, Lane = SmallLane });
        _ = host.EnsureDomain(Ledger.Domain);
        foreach (ModelGateway gateway in _gateways)
        {
            gateway.Open(host);
        }

        _ = host.SubscribeEvents(Ledger.Domain, _events.Turns.Count == 0 ? 0 : _events.Turns[^1].Sequence, _events);
        return host;
    }

    /// <summary>Small limits, so that every one of them is met.</summary>
    private static LaneOptions SmallLane => new() { BatchLimitTurns = 7, VisitLimitTurns = 4 };

    private void Crash()
    {
        if (_fixture.Store is MemoryStore store)
        {
            store.Crash();
        }

        // A dead process answers nobody.
        List<SentInput> open = [.. _sent.Where(input => input.Replies.Count == 0)];
        _host.Dispose();
        foreach (SentInput input in open)
        {
            input.IsLost = true;
            input.Replies.Clear();
        }

        _fixture.Reopen();
        _host = Start();
    }

    private void Heal()
    {
        if (_fixture.Store is MemoryStore store)
        {
            store.DrawFault = null;
        }

        for (int i = 0; i < 100; i++)
        {
            _host.RunUntilIdle();
            _time.Advance(100);
        }

        Assert.True(_host.Status().Ready);
    }

    private void Check()
    {
        List<string>[] ledger = [.. Enumerable.Range(0, Accounts).Select(i => Entries($"a{i}"))];
        HashSet<string> stored = [.. ledger.SelectMany(entries => entries)];
        Assert.Equal(ledger.Sum(entries => entries.Count), stored.Count);
        foreach (SentInput input in _sent)
        {
            Assert.True(input.Replies.Count == (input.IsLost ? 0 : 1), $"{input.Entry} was answered {input.Replies.Count} times.");
            bool happened = stored.Contains(input.Entry);
            Assert.False(!input.IsLost && input.Replies[0] == ReplyCode.Ok && !happened, $"{input.Entry} was answered Ok and is not stored.");
            Assert.False(!input.IsLost && input.Replies[0] == ReplyCode.Failed && happened, $"{input.Entry} was answered Failed and is stored.");
        }

        CheckOrder(ledger);
        CheckEffects(stored);
        CheckLog();
    }

    private void CheckOrder(List<string>[] ledger)
    {
        Dictionary<string, SentInput> byEntry = _sent.ToDictionary(input => input.Entry);
        foreach (List<string> entries in ledger)
        {
            foreach (IGrouping<string, string> ofSender in entries.GroupBy(entry => byEntry[entry].Sender))
            {
                List<int> numbers = [.. ofSender.Select(entry => int.Parse(entry[1..], CultureInfo.InvariantCulture))];
                Assert.Equal(numbers.Order(), numbers);
            }
        }
    }

    private void CheckEffects(HashSet<string> stored)
    {
        foreach (ModelGateway gateway in _gateways)
        {
            List<string> expected = [.. _sent.Where(input => stored.Contains(input.Entry)).SelectMany(input => input.Effects
                .Where(effect => effect.Gateway == gateway.Id.Value)
                .SelectMany(effect => Enumerable.Range(0, effect.Count).Select(i => $"{input.Entry}.{i}")))];
            Assert.Equal(expected.Order(StringComparer.Ordinal), gateway.Seen.Values.Order(StringComparer.Ordinal));
            Assert.Equal(Enumerable.Range(1, gateway.Seen.Count).Select(i => (long)i), gateway.Seen.Keys);
        }
    }

    private void CheckLog()
    {
        using IStoreReader reader = _fixture.Store.OpenReader();
        List<StoredTurn> turns = [];
        reader.ReadTurns(1, 1, int.MaxValue, turns);
        Turns = turns.Count;
        Assert.Equal(Enumerable.Range(1, turns.Count).Select(i => (long)i), turns.Select(turn => turn.Sequence));
        Assert.Equal(turns.Select(turn => turn.AtMs).Order(), turns.Select(turn => turn.AtMs));
        Assert.Equal(turns.Where(turn => Delivery.TurnRecord.ReadEvents(turn) is not null).Select(turn => turn.Sequence), _events.Sequences);
    }

    private List<string> Entries(string account)
    {
        using IStoreReader reader = _fixture.Store.OpenReader();
        return reader.ReadRow(1, new(LedgerMachine.Account, account)) is { } row ? [.. Encoding.UTF8.GetString(row.Bytes.Span).Split('\n')] : [];
    }

    private double RateOf(FaultPoint point) => point switch
    {
        FaultPoint.CrashBeforeCommit or FaultPoint.CrashAfterCommit => _faultRate / 4,
        FaultPoint.ReadFailed => _faultRate / 2,
        _ => _faultRate,
    };
}
