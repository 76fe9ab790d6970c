using Routing.Contracts.Commands;
using Routing.Contracts.Ids;
using Routing.Mailbox.InMemory;
using Routing.Mailbox.Remote;
using Routing.Mailbox.Tests.Fakes;

namespace Routing.Mailbox.Tests.Remote;

/// <summary>One silo of a <see cref="ClusterWorld"/>, with its reach to all domains. Each life has another one, and subscribes to all domains from their first turn.</summary>
internal sealed class ReachingSilo(string name, MemoryStore store, ManualNetwork network, ManualTime time, IReadOnlyList<DomainId> domains) : IStagedSilo
{
    private int _lives;

    public MoveSilo Silo { get; } = new(name + ":1", store, network, time);

    /// <summary>Null while the silo is dead.</summary>
    public ClusterHost? Reach { get; private set; }

    public Dictionary<DomainId, RecordingSink> Events { get; } = [];

    public void Start()
    {
        Silo.Revive();
        if (Reach is not null)
        {
            return;
        }

        RemoteHostOptions options = new()
        {
            Name = ClusterHost.NamePrefix + name,
            Incarnation = ++_lives,
            Silos = SiloStage<MoveSilo>.Addresses,
            Key = ManualNetwork.Key,
            AnswerLimitMs = 3_600_000,
            OverloadLimitMs = 3_600_000,
        };
        Reach = new ClusterHost(Silo.Host!, options, network, time);
        Reach.Start();
        foreach (DomainId domain in domains)
        {
            Events[domain] = new RecordingSink();
            Reach.SubscribeEvents(domain, 0, Events[domain]);
        }
    }

    public void Kill()
    {
        Reach?.Dispose();
        Reach = null;
        Silo.Kill();
    }

    /// <summary>Sends when it lives; the reply comes when it comes.</summary>
    public Task<CommandReply>? Send(DomainId domain, string entry) =>
        Reach is null || Silo.IsFrozen ? null : Reach.SendAsync(domain, Ledger.Entry("a", entry), null, CancellationToken.None);

    public void Dispose()
    {
        Reach?.Dispose();
        Silo.Dispose();
    }
}
