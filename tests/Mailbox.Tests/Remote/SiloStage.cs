using Routing.Contracts.Events;
using Routing.Contracts.Ids;
using Routing.Mailbox.Delivery;
using Routing.Mailbox.InMemory;
using Routing.Mailbox.Tests.Fakes;

namespace Routing.Mailbox.Tests.Remote;

/// <summary>
/// Three silos over one store, a network between them that a test pumps, and domains, each in a partition of its own, that move while silos die, freeze, wake and are robbed and links break. Driven by hand,
/// from a seed. What the domains do, and what must be true of it, is said by the worlds.
/// </summary>
internal sealed class SiloStage<TSilo> : IDisposable
    where TSilo : IStagedSilo
{
    private readonly List<string> _story = [];

    /// <param name="seed">Of everything that is drawn.</param>
    /// <param name="domains">Placed in partitions 1, 2 and so on.</param>
    /// <param name="make">Makes the silo of a name, which listens at <see cref="Addresses"/>.</param>
    public SiloStage(int seed, IReadOnlyList<DomainId> domains, Func<string, SiloStage<TSilo>, TSilo> make)
    {
        _story.Add($"seed {seed}");
        Random = new Random(seed);
        Domains = domains;
        Store = new MemoryStore(Time);
        Network = new ManualNetwork(Time);
        for (int i = 0; i < domains.Count; i++)
        {
            Store.PlaceDomain(domains[i], i + 1, 0);
        }

        Silos = [.. Enumerable.Range(1, 3).Select(number => make($"silo-{number}", this))];
    }

    public static IReadOnlyList<string> Addresses { get; } = ["silo-1:1", "silo-2:1", "silo-3:1"];

    public Random Random { get; }

    public ManualTime Time { get; } = new();

    public MemoryStore Store { get; }

    public ManualNetwork Network { get; }

    public IReadOnlyList<DomainId> Domains { get; }

    public TSilo[] Silos { get; }

    /// <summary>What was done to the silos, for who reads a failure.</summary>
    public string Story => string.Join(", ", _story);

    public void Dispose()
    {
        Array.ForEach(Silos, static silo => silo.Dispose());
        Store.Dispose();
    }

    public TSilo DrawSilo() => Silos[Random.Next(Silos.Length)];

    public DomainId DrawDomain() => Domains[Random.Next(Domains.Count)];

    /// <summary>One step of a world in which all that domains are told comes by <paramref name="say"/>.</summary>
    public void Step(Action say)
    {
        switch (Random.Next(200))
        {
            case < 40:
                say();
                break;
            case < 115:
                Network.PumpSome(Random, Random.Next(1, 16));
                break;
            case < 155:
                DrawSilo().Silo.Run();
                break;
            case < 178:
                Time.Advance(Random.Next(1, 40));
                break;
            case < 185:
                Move();
                break;
            case < 191:
                TakeOrphans();
                break;
            default:
                Fault();
                break;
        }
    }

    /// <summary>Somebody gives up what it has; whoever is free takes it, as soon as that is done.</summary>
    public void Move()
    {
        MoveSilo silo = DrawSilo().Silo;
        _story.Add($"move from {silo.Address}");
        silo.GiveUp();
        TakeOrphans();
    }

    public void TakeOrphans()
    {
        for (int partition = 1; partition <= Domains.Count; partition++)
        {
            MoveSilo taker = DrawSilo().Silo;
            if (!Silos.Any(silo => silo.Silo.Has(partition)))
            {
                taker.Take(partition);
            }
        }
    }

    public void Fault()
    {
        TSilo silo = DrawSilo();
        (string what, Action fault) = Random.Next(6) switch
        {
            0 => ("cut from", () => Network.Cut(silo.Silo.Address)),
            1 => ("killed", silo.Kill),
            2 => ("frozen", silo.Silo.Freeze),
            3 => ("robbed", silo.Silo.Rob),
            4 => ("awake", silo.Silo.Wake),
            _ => ((string, Action))("back", silo.Start),
        };
        fault();
        _story.Add($"{silo.Silo.Address} {what}");
    }

    /// <summary>Without faults until nothing happens any more.</summary>
    public void Settle()
    {
        Array.ForEach(Silos, static silo => silo.Silo.Wake());
        Array.ForEach(Silos, static silo => silo.Start());
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
            Array.ForEach(Silos, static silo => silo.Silo.Run());
        }
        while (Network.Pump());
    }

    public int NumberOf(DomainId domain) => Store.ReadPlacements().Single(placement => placement.Domain == domain).Number;

    /// <summary>The turns of a domain that have events, as they are stored.</summary>
    public long[] EventTurns(DomainId domain)
    {
        using IStoreReader reader = Store.OpenReader();
        List<StoredTurn> turns = [];
        reader.ReadTurns(NumberOf(domain), 1, int.MaxValue, turns);
        return [.. turns.Select(TurnRecord.ReadEvents).OfType<TurnEvents>().Select(static turn => turn.Sequence)];
    }

    /// <summary>What account "a" of a <see cref="LedgerMachine"/> holds, as it is stored.</summary>
    public List<string> Entries(DomainId domain)
    {
        using IStoreReader reader = Store.OpenReader();
        return reader.ReadRow(NumberOf(domain), new(LedgerMachine.Account, "a")) is { } row ? [.. System.Text.Encoding.UTF8.GetString(row.Bytes.Span).Split('\n')] : [];
    }
}
