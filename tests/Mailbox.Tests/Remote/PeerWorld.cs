using Routing.Contracts.Commands;
using Routing.Contracts.Engine;
using Routing.Contracts.Ids;
using Routing.Mailbox.InMemory;
using Routing.Mailbox.Tests.Fakes;
using Xunit;

namespace Routing.Mailbox.Tests.Remote;

/// <summary>Three silos over one store and two domains that talk to each other while they move, and while silos die, freeze and wake and links break. Driven by hand, from a seed.</summary>
internal sealed class PeerWorld : IDisposable
{
    private static readonly DomainId[] _domains = [PeerFactory.North, PeerFactory.South];

    private readonly Random _random;
    private readonly MemoryStore _store;
    private readonly ManualNetwork _network;
    private readonly PeerSilo[] _silos;
    private readonly ManualTime _time = new();
    private readonly Dictionary<DomainId, List<Task<CommandReply>>> _asked = _domains.ToDictionary(static domain => domain, static _ => new List<Task<CommandReply>>());
    private readonly List<string> _story = [];

    public PeerWorld(int seed)
    {
        _story.Add($"seed {seed}");
        _random = new Random(seed);
        _store = new MemoryStore(_time);
        _network = new ManualNetwork(_time);
        for (int i = 0; i < _domains.Length; i++)
        {
            _store.PlaceDomain(_domains[i], i + 1, 0);
        }

        _silos = [.. Enumerable.Range(1, 3).Select(number => new PeerSilo($"silo-{number}", _store, _network, _time))];
        Array.ForEach(_silos, silo => silo.Start());
        TakeOrphans();
    }

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
                Say();
                break;
            case < 115:
                _network.PumpSome(_random, _random.Next(1, 16));
                break;
            case < 155:
                Drawn().Silo.Run();
                break;
            case < 178:
                _time.Advance(_random.Next(1, 40));
                break;
            case < 185:
                Drawn().Silo.GiveUp();
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

    /// <summary>Without faults until nothing happens any more.</summary>
    public void Settle()
    {
        Array.ForEach(_silos, silo => silo.Silo.Wake());
        Array.ForEach(_silos, silo => silo.Start());
        for (int i = 0; i < 100; i++)
        {
            TakeOrphans();
            do
            {
                Array.ForEach(_silos, silo => silo.Silo.Run());
            }
            while (_network.Pump());
            _time.Advance(50);
        }
    }

    /// <summary>All that was said was heard, each once and in order: the machines throw otherwise, and that would be a dead letter.</summary>
    public void Check()
    {
        string story = string.Join(", ", _story);
        foreach (DomainId domain in _domains)
        {
            DomainId other = domain == PeerFactory.North ? PeerFactory.South : PeerFactory.North;
            long said = PeerMachine.SaidIn(Row(domain));
            Assert.True(said == PeerMachine.HeardIn(Row(other)), $"{story}: {domain} said {said}, and {PeerMachine.HeardIn(Row(other))} were heard");
            Assert.True(said >= _asked[domain].Count(reply => reply is { IsCompletedSuccessfully: true, Result.IsOk: true }), $"{story}: {domain} said less than it was told to");
            Assert.True(said > 0, story);
            using IStoreReader reader = _store.OpenReader();
            List<DeadLetter> letters = [];
            reader.ReadDeadLetters(NumberOf(domain), 10, letters);
            Assert.True(letters.Count == 0, $"{story}: {domain} put aside {letters.Count}");
        }
    }

    private PeerSilo Drawn() => _silos[_random.Next(_silos.Length)];

    private void Say()
    {
        DomainId from = _domains[_random.Next(_domains.Length)];
        if (Drawn().Say(from) is { } reply)
        {
            _asked[from].Add(reply);
        }
    }

    private void TakeOrphans()
    {
        for (int partition = 1; partition <= _domains.Length; partition++)
        {
            MoveSilo taker = Drawn().Silo;
            if (!_silos.Any(silo => silo.Silo.Has(partition)))
            {
                taker.Take(partition);
            }
        }
    }

    private void Fault()
    {
        PeerSilo silo = Drawn();
        (string what, Action fault) = _random.Next(6) switch
        {
            0 => ("cut from", () => _network.Cut(silo.Silo.Address)),
            1 => ("killed", silo.Kill),
            2 => ("frozen", silo.Silo.Freeze),
            3 => ("robbed", silo.Silo.Rob),
            4 => ("awake", silo.Silo.Wake),
            _ => ((string, Action))("back", silo.Start),
        };
        fault();
        _story.Add($"{silo.Silo.Address} {what}");
    }

    private ReadOnlySpan<byte> Row(DomainId domain)
    {
        using IStoreReader reader = _store.OpenReader();
        return (reader.ReadRow(NumberOf(domain), new RowKey(PeerMachine.Kind, "state")) ?? throw new InvalidOperationException($"{domain} has no row")).Bytes.Span;
    }

    private int NumberOf(DomainId domain) => _store.ReadPlacements().Single(placement => placement.Domain == domain).Number;
}
