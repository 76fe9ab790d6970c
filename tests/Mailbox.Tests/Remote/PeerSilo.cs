using Routing.Contracts.Commands;
using Routing.Contracts.Ids;
using Routing.Mailbox.Hosting;
using Routing.Mailbox.InMemory;
using Routing.Mailbox.Remote;
using Routing.Mailbox.Tests.Fakes;

namespace Routing.Mailbox.Tests.Remote;

/// <summary>One silo of a <see cref="PeerWorld"/>: it carries to the domains that it owns what others say to them, wherever those live.</summary>
internal sealed class PeerSilo(string name, MemoryStore store, ManualNetwork network, ManualTime time) : IStagedSilo
{
    private PeerExchange? _exchange;
    private ClusterHost? _reach;
    private int _lives;

    public MoveSilo Silo { get; } = new(name + ":1", store, network, time, new PeerFactory());

    public void Start()
    {
        Silo.Revive();
        if (_reach is null)
        {
            RemoteHostOptions options = new()
            {
                Name = ClusterHost.NamePrefix + name,
                Incarnation = ++_lives,
                Silos = SiloStage<MoveSilo>.Addresses,
                Key = ManualNetwork.Key,
                AnswerLimitMs = 3_600_000,
                OverloadLimitMs = 3_600_000,
            };
            _reach = new ClusterHost(Silo.Host!, options, network, time);
            _exchange = new PeerExchange(Silo.Host!, time, _reach);
            _reach.Start();
        }
    }

    public void Kill()
    {
        _exchange?.Dispose();
        _reach?.Dispose();
        _reach = null;
        Silo.Kill();
    }

    /// <summary>Has a domain say the next thing to the other one; null when this silo cannot be asked.</summary>
    public Task<CommandReply>? Say(DomainId from) =>
        _reach is null || Silo.IsFrozen ? null : _reach.SendAsync(from, new CallerLeft(CallId.Of("c"), CallerLeaveCause.HungUp), null, CancellationToken.None);

    public void Dispose()
    {
        _exchange?.Dispose();
        _reach?.Dispose();
        Silo.Dispose();
    }
}
