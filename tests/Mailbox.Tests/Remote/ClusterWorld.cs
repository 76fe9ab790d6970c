using Routing.Contracts.Commands;
using Routing.Contracts.Ids;
using Routing.Mailbox.Tests.Fakes;
using Xunit;

namespace Routing.Mailbox.Tests.Remote;

/// <summary>Three domains that move between silos; every silo sends to every domain and watches it, wherever it lives.</summary>
internal sealed class ClusterWorld : IDisposable
{
    private static readonly DomainId[] _domains = [Ledger.Domain, Ledger.Other, DomainId.Of("third-books")];

    private readonly SiloStage<ReachingSilo> _stage;
    private readonly List<(DomainId Domain, string Entry, Task<CommandReply> Reply)> _sent = [];

    public ClusterWorld(int seed)
    {
        _stage = new(seed, _domains, static (name, stage) => new ReachingSilo(name, stage.Store, stage.Network, stage.Time, stage.Domains));
        Array.ForEach(_stage.Silos, static silo => silo.Start());
        TakeOrphans();
    }

    public ManualTime Time => _stage.Time;

    public IReadOnlyList<ReachingSilo> Silos => _stage.Silos;

    public ManualNetwork Network => _stage.Network;

    public void Dispose() => _stage.Dispose();

    public void Step() => _stage.Step(() => Send(Array.IndexOf(_stage.Silos, _stage.DrawSilo()), _stage.DrawDomain()));

    public void TakeOrphans() => _stage.TakeOrphans();

    public void Settle() => _stage.Settle();

    public void RunNow() => _stage.RunNow();

    public Task<CommandReply>? Send(int silo, DomainId domain)
    {
        string entry = $"e{_sent.Count}";
        Task<CommandReply>? reply = Silos[silo].Send(domain, entry);
        if (reply is not null)
        {
            _sent.Add((domain, entry, reply));
        }

        return reply;
    }

    public void Check()
    {
        string story = $"{_stage.Story}.";
        foreach (DomainId domain in _domains)
        {
            List<string> entries = _stage.Entries(domain);
            Assert.True(entries.Count == entries.Distinct().Count(), $"{story} {domain} has an entry twice.");
            foreach ((_, string entry, Task<CommandReply> reply) in _sent.Where(sent => sent.Domain == domain))
            {
                Assert.True(reply.IsCompletedSuccessfully, $"{story} {entry} of {domain} has no answer.");

                // Only who died with its silo is told that it is unknown.
                CommandReply said = reply.Now();
                Assert.True(said.IsOk || said.MayHaveHappened, $"{story} {entry} of {domain}: {said.Code} {said.Detail}");
                Assert.True(!said.IsOk || entries.Contains(entry), $"{story} {entry} of {domain} was answered and is not there.");
            }

            long[] stored = _stage.EventTurns(domain);
            foreach (ReachingSilo silo in Silos)
            {
                List<long> told = silo.Events[domain].Sequences;
                Assert.True(told.SequenceEqual(stored), $"{story} {silo.Silo.Address} was told {told.Count} turns of {domain}, {stored.Length} happened; or not in their order.");
            }
        }
    }
}
