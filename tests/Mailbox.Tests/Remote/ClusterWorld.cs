using Routing.Contracts.Commands;
using Routing.Contracts.Events;
using Routing.Contracts.Ids;
using Routing.Mailbox.Delivery;
using Routing.Mailbox.InMemory;
using Routing.Mailbox.Tests.Fakes;
using Xunit;

namespace Routing.Mailbox.Tests.Remote;

/// <summary>Three silos over one store and three domains that move between them; every silo sends to every domain and watches it, wherever it lives. Driven by hand, from a seed.</summary>
internal sealed class ClusterWorld : IDisposable
{
    private const int SilosCount = 3;

    private static readonly DomainId[] _domains = [Ledger.Domain, Ledger.Other, DomainId.Of("third-books")];

    private readonly int _seed;
    private readonly Random _random;
    private readonly MemoryStore _store;
    private readonly ManualNetwork _network;
    private readonly ReachingSilo[] _silos;
    private readonly List<(DomainId Domain, string Entry, Task<CommandReply> Reply)> _sent = [];
    private readonly List<string> _story = [];

    public ClusterWorld(int seed)
    {
        _seed = seed;
        _random = new Random(seed);
        _store = new MemoryStore(Time);
        _network = new ManualNetwork(Time);
        for (int i = 0; i < _domains.Length; i++)
        {
            _store.PlaceDomain(_domains[i], i + 1, 0);
        }

        _silos = [.. Enumerable.Range(1, SilosCount).Select(number => new ReachingSilo($"silo-{number}", _store, _network, Time, _domains))];
        Array.ForEach(_silos, silo => silo.Start());
        TakeOrphans();
    }

    public ManualTime Time { get; } = new();

    public IReadOnlyList<ReachingSilo> Silos => _silos;

    public ManualNetwork Network => _network;

    public void Dispose()
    {
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
            case < 115:
                _network.PumpSome(_random, _random.Next(1, 16));
                break;
            case < 155:
                _silos[_random.Next(SilosCount)].Silo.Run();
                break;
            case < 178:
                Time.Advance(_random.Next(1, 40));
                break;
            case < 185:
                _silos[_random.Next(SilosCount)].Silo.GiveUp();
                TakeOrphans();
                break;
            case < 191:
                TakeOrphans();
                break;
            default:
                Fault();
                break;
        }
    }

    public void TakeOrphans()
    {
        for (int partition = 1; partition <= _domains.Length; partition++)
        {
            MoveSilo taker = _silos[_random.Next(SilosCount)].Silo;
            if (!_silos.Any(silo => silo.Silo.Has(partition)))
            {
                taker.Take(partition);
            }
        }
    }

    /// <summary>Without faults until nothing happens any more.</summary>
    public void Settle()
    {
        Array.ForEach(_silos, silo => silo.Silo.Wake());
        Array.ForEach(_silos, silo => silo.Start());
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
            Array.ForEach(_silos, silo => silo.Silo.Run());
        }
        while (_network.Pump());
    }

    public Task<CommandReply>? Send(int silo, DomainId domain)
    {
        string entry = $"e{_sent.Count}";
        Task<CommandReply>? reply = _silos[silo].Send(domain, entry);
        if (reply is not null)
        {
            _sent.Add((domain, entry, reply));
        }

        return reply;
    }

    public void Check()
    {
        string story = $"Seed {_seed}: {string.Join(", ", _story)}.";
        foreach (DomainId domain in _domains)
        {
            List<string> entries = Entries(domain);
            Assert.True(entries.Count == entries.Distinct().Count(), $"{story} {domain} has an entry twice.");
            foreach ((_, string entry, Task<CommandReply> reply) in _sent.Where(sent => sent.Domain == domain))
            {
                Assert.True(reply.IsCompletedSuccessfully, $"{story} {entry} of {domain} has no answer.");

                // Only who died with its silo is told that it is unknown.
                CommandReply said = reply.Now();
                Assert.True(said.IsOk || said.MayHaveHappened, $"{story} {entry} of {domain}: {said.Code} {said.Detail}");
                Assert.True(!said.IsOk || entries.Contains(entry), $"{story} {entry} of {domain} was answered and is not there.");
            }

            CheckEvents(domain, story);
        }
    }

    private void Send() => Send(_random.Next(SilosCount), _domains[_random.Next(_domains.Length)]);

    private void CheckEvents(DomainId domain, string story)
    {
        using IStoreReader reader = _store.OpenReader();
        List<StoredTurn> turns = [];
        reader.ReadTurns(NumberOf(domain), 1, int.MaxValue, turns);
        long[] stored = [.. turns.Select(TurnRecord.ReadEvents).OfType<TurnEvents>().Select(turn => turn.Sequence)];
        foreach (ReachingSilo silo in _silos)
        {
            List<long> told = silo.Events[domain].Sequences;
            Assert.True(told.SequenceEqual(stored), $"{story} {silo.Silo.Address} was told {told.Count} turns of {domain}, {stored.Length} happened; or not in their order.");
        }
    }

    private void Fault()
    {
        ReachingSilo silo = _silos[_random.Next(SilosCount)];
        string what;
        switch (_random.Next(6))
        {
            case 0:
                what = "cut from";
                _network.Cut(silo.Silo.Address);
                break;
            case 1:
                what = "killed";
                silo.Kill();
                break;
            case 2:
                what = "frozen";
                silo.Silo.Freeze();
                break;
            case 3:
                what = "robbed";
                silo.Silo.Rob();
                break;
            case 4:
                what = "awake";
                silo.Silo.Wake();
                break;
            default:
                what = "back";
                silo.Start();
                break;
        }

        _story.Add($"{silo.Silo.Address} {what} at {_sent.Count}");
    }

    private int NumberOf(DomainId domain) => _store.ReadPlacements().Single(placement => placement.Domain == domain).Number;

    private List<string> Entries(DomainId domain)
    {
        using IStoreReader reader = _store.OpenReader();
        return reader.ReadRow(NumberOf(domain), new(LedgerMachine.Account, "a")) is { } row ? [.. System.Text.Encoding.UTF8.GetString(row.Bytes.Span).Split('\n')] : [];
    }
}
