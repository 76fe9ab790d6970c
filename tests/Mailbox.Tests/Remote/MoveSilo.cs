using Routing.Contracts.Engine;
using Routing.Mailbox.Hosting;
using Routing.Mailbox.InMemory;
using Routing.Mailbox.Tests.Fakes;

namespace Routing.Mailbox.Tests.Remote;

/// <summary>One silo of a <see cref="SiloStage{TSilo}"/>, which may die, and freeze: then it does nothing and hears nothing, and knows nothing of what became of its partitions.</summary>
internal sealed class MoveSilo : IStagedSilo
{
    private readonly MemoryStore _store;
    private readonly ManualNetwork _network;
    private readonly TimeProvider _time;
    private readonly IDomainMachineFactory _machines;
    private LocalHost? _host;
    private bool _isFrozen;

    public MoveSilo(string address, MemoryStore store, ManualNetwork network, TimeProvider time, IDomainMachineFactory? machines = null)
    {
        Address = address;
        _store = store;
        _network = network;
        _time = time;
        _machines = machines ?? new LedgerFactory();
        Revive();
    }

    MoveSilo IStagedSilo.Silo => this;

    public string Address { get; }

    /// <summary>Null while it is dead.</summary>
    public LocalHost? Host => _host;

    /// <summary>Of all of its lives.</summary>
    public StallLog Log { get; } = new();

    public bool IsFrozen => _isFrozen;

    public bool Has(int partition) => _host?.Partitions.Any(owned => owned.Partition == partition && _store.IsHeld(owned)) ?? false;

    public void Run()
    {
        if (!_isFrozen)
        {
            _host?.RunUntilIdle();
        }
    }

    public void Take(int partition) => _ = _isFrozen ? null : _host?.TakeAsync([partition]);

    public void GiveUp()
    {
        if (!_isFrozen && _host is not null)
        {
            _ = _host.GiveUpAsync([.. _host.Partitions.Select(owned => owned.Partition)]);
            _host.RunUntilIdle();
        }
    }

    public void Freeze() => _isFrozen = true;

    /// <summary>It is as it was when it froze, and goes on with that.</summary>
    public void Wake() => _isFrozen = false;

    /// <summary>What a frozen silo has is taken from it, as others do with the owner of a lock that does not move.</summary>
    public void Rob()
    {
        if (_isFrozen && _host is not null)
        {
            _store.Acquire([.. _host.Partitions.Where(_store.IsHeld).Select(owned => owned.Partition)]).Dispose();
        }
    }

    public void Kill()
    {
        _network.Deafen(Address);
        _network.Cut(Address);
        _host?.Dispose();
        _host = null;
        _isFrozen = false;
    }

    public void Start() => Revive();

    public void Revive()
    {
        if (_host is null)
        {
            _host = new LocalHost(_store, _machines, _time, new LocalHostOptions { IsManual = true, IsShared = true, LanesCount = 2 }, Log);
            _network.Listen(_host, Address);
        }
    }

    public void Dispose() => _host?.Dispose();
}
