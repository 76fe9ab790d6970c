using Routing.Contracts.Commands;
using Routing.Contracts.Events;
using Routing.Contracts.Ids;
using Routing.Mailbox.Delivery;
using Routing.Mailbox.Hosting;
using Routing.Mailbox.InMemory;
using Routing.Mailbox.Remote;
using Routing.Mailbox.Tests.Fakes;
using Xunit;

namespace Routing.Mailbox.Tests.Remote;

/// <summary>Three silos over one store, two domains that move between them, one gateway's process with links to all, and what each should remember. Driven by hand, from a seed.</summary>
internal sealed class MoveWorld : IDisposable
{
    private const int SilosCount = 3;

    private static readonly GatewayId _gateway = GatewayId.Of("gw");
    private static readonly DomainId[] _domains = [Ledger.Domain, Ledger.Other];

    private readonly int _seed;
    private readonly Random _random;
    private readonly MemoryStore _store;
    private readonly ManualNetwork _network;
    private readonly MoveSilo[] _silos;
    private readonly RecordingSink _sink = new();
    private readonly Dictionary<DomainId, RecordingSink> _events = [];
    private readonly IGatewaySession _session;
    private readonly Dictionary<(DomainId Domain, int Number), CommandReply> _replies = [];
    private readonly Dictionary<DomainId, List<int>> _order = [];
    private readonly Dictionary<DomainId, int> _sent = [];
    private readonly Dictionary<DomainId, int> _asked = [];
    private readonly List<string> _story = [];

    public MoveWorld(int seed, int answerLimitMs)
    {
        _seed = seed;
        _random = new Random(seed);
        _store = new MemoryStore(Time);
        _network = new ManualNetwork(Time);
        _silos = [.. Enumerable.Range(1, SilosCount).Select(number => new MoveSilo($"silo-{number}:1", _store, _network, Time))];
        RemoteHostOptions options = new()
        {
            Name = "front",
            Incarnation = 1,
            Silos = [.. _silos.Select(silo => silo.Address)],
            Key = ManualNetwork.Key,
            AnswerLimitMs = answerLimitMs,
            OverloadLimitMs = answerLimitMs,
        };
        Remote = new RemoteHost(options, _network, Time);
        for (int i = 0; i < _domains.Length; i++)
        {
            _store.PlaceDomain(_domains[i], i + 1, 0);
            _sent[_domains[i]] = 0;
            _asked[_domains[i]] = 0;
            _order[_domains[i]] = [];
            _events[_domains[i]] = new RecordingSink();
        }

        TakeOrphans();
        Remote.Start();
        _session = Remote.OpenGateway(_gateway, 1, _sink);
        Array.ForEach(_domains, domain => Remote.SubscribeEvents(domain, 0, _events[domain]));
    }

    public ManualTime Time { get; } = new();

    public RemoteHost Remote { get; }

    public int SentCount => _sent.Values.Sum();

    public int AnsweredCount => _replies.Count;

    public void Dispose()
    {
        Remote.Dispose();
        Array.ForEach(_silos, silo => silo.Dispose());
        _store.Dispose();
    }

    public void Step()
    {
        switch (_random.Next(200))
        {
            case < 40:
                Send();
                break;
            case < 110:
                _network.PumpSome(_random, _random.Next(1, 12));
                break;
            case < 150:
                _silos[_random.Next(SilosCount)].Run();
                break;
            case < 172:
                Time.Advance(_random.Next(1, 40));
                break;
            case < 175:
                _sink.Refuse = _random.Next(1, 3);
                break;
            case < 180:
                Acknowledge();
                break;
            case < 186:
                Move();
                break;
            case < 190:
                TakeOrphans();
                break;
            default:
                Fault();
                break;
        }
    }

    public void Send()
    {
        DomainId domain = _domains[_random.Next(_domains.Length)];
        int number = _sent[domain]++;
        bool withEffect = _random.Next(3) == 0;
        _asked[domain] += withEffect ? 1 : 0;
        _session.Send(domain, Ledger.Entry("a", $"e{number}", withEffect ? "effect gw 1" : ""), reply =>
        {
            Assert.True(_replies.TryAdd((domain, number), reply), $"Seed {_seed}: input {number} of {domain} was answered twice.");
            _order[domain].Add(number);
        });
    }

    /// <summary>Somebody gives up what it has; whoever is free takes it, as soon as that is done.</summary>
    public void Move()
    {
        MoveSilo silo = _silos[_random.Next(SilosCount)];
        _story.Add($"move from {silo.Address}");
        silo.GiveUp();
        TakeOrphans();
    }

    public void GiveUpAll() => Array.ForEach(_silos, silo => silo.GiveUp());

    public void TakeOrphans()
    {
        for (int partition = 1; partition <= _domains.Length; partition++)
        {
            MoveSilo taker = _silos[_random.Next(SilosCount)];
            if (!_silos.Any(silo => silo.Has(partition)))
            {
                taker.Take(partition);
            }
        }
    }

    /// <summary>Without faults until nothing happens any more.</summary>
    public void Settle()
    {
        _sink.Refuse = 0;
        Array.ForEach(_silos, silo => silo.Wake());
        Array.ForEach(_silos, silo => silo.Revive());
        for (int i = 0; i < 100; i++)
        {
            TakeOrphans();
            RunNow();
            Time.Advance(50);
        }
    }

    /// <summary>Everything that needs no time.</summary>
    public void RunNow()
    {
        do
        {
            Array.ForEach(_silos, silo => silo.Run());
        }
        while (_network.Pump());
    }

    public void Check()
    {
        string story = $"Seed {_seed}: {string.Join(", ", _story)}.";
        foreach (DomainId domain in _domains)
        {
            List<string> entries = Entries(domain);
            int sent = _sent[domain];
            Assert.True(entries.SequenceEqual(Enumerable.Range(0, sent).Select(number => $"e{number}")), $"{story} {domain} has {entries.Count} entries, {entries.Distinct().Count()} different ones; {sent} were sent.");
            Assert.True(_order[domain].SequenceEqual(Enumerable.Range(0, sent)), $"{story} {sent} inputs of {domain} got {_order[domain].Count} answers, or not in their order.");
            CheckEffects(domain, story);
            CheckEvents(domain, story);
        }

        Assert.True(_replies.Values.All(reply => reply.IsOk), $"{story} Given up, though nobody should be.");
    }

    private void CheckEffects(DomainId domain, string story)
    {
        long highest = 0;
        long epoch = 0;
        EffectEnvelope[] effects = [.. _sink.Effects.Where(effect => effect.Domain == domain)];
        foreach (EffectEnvelope effect in effects)
        {
            Assert.True(effect.Sequence <= highest + 1, $"{story} Effect {effect.Sequence} of {domain} came after {highest}.");
            Assert.True(effect.Epoch >= epoch, $"{story} Effect {effect.Sequence} of {domain} came under epoch {effect.Epoch} after {epoch}.");
            highest = Math.Max(highest, effect.Sequence);
            epoch = effect.Epoch;
        }

        Assert.True(highest == _asked[domain], $"{story} {highest} effects of {domain} came, {_asked[domain]} were asked for.");
    }

    private void CheckEvents(DomainId domain, string story)
    {
        using IStoreReader reader = _store.OpenReader();
        List<StoredTurn> turns = [];
        reader.ReadTurns(NumberOf(domain), 1, int.MaxValue, turns);
        long[] stored = [.. turns.Select(TurnRecord.ReadEvents).OfType<TurnEvents>().Select(turn => turn.Sequence)];
        Assert.True(_events[domain].Sequences.SequenceEqual(stored), $"{story} {_events[domain].Sequences.Count} turns of {domain} were told, {stored.Length} happened; or not in their order.");
    }

    private void Acknowledge()
    {
        foreach (DomainId domain in _domains)
        {
            long highest = _sink.Effects.Where(effect => effect.Domain == domain).Select(effect => effect.Sequence).DefaultIfEmpty().Max();
            if (highest > 0)
            {
                _session.Acknowledge(domain, highest);
            }
        }
    }

    private void Fault()
    {
        MoveSilo silo = _silos[_random.Next(SilosCount)];
        string what;
        switch (_random.Next(6))
        {
            case 0:
                what = "cut from";
                _network.Cut(silo.Address);
                break;
            case 1:
                what = "killed";
                silo.Kill();
                break;
            case 2:
                what = "frozen";
                silo.Freeze();
                break;
            case 3:
                what = "robbed";
                silo.Rob();
                break;
            case 4:
                what = "awake";
                silo.Wake();
                break;
            default:
                what = "back";
                silo.Revive();
                break;
        }

        _story.Add($"{silo.Address} {what} at {SentCount}");
    }

    private int NumberOf(DomainId domain) => _store.ReadPlacements().Single(placement => placement.Domain == domain).Number;

    private List<string> Entries(DomainId domain)
    {
        using IStoreReader reader = _store.OpenReader();
        return reader.ReadRow(NumberOf(domain), new(LedgerMachine.Account, "a")) is { } row ? [.. System.Text.Encoding.UTF8.GetString(row.Bytes.Span).Split('\n')] : [];
    }
}
