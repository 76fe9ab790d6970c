using Routing.Contracts.Commands;
using Routing.Contracts.Engine;
using Routing.Contracts.Ids;
using Routing.Mailbox.Tests.Fakes;
using Xunit;

namespace Routing.Mailbox.Tests.Remote;

/// <summary>Two domains that talk to each other while they move, and while silos die, freeze and wake and links break.</summary>
internal sealed class PeerWorld : IDisposable
{
    private static readonly DomainId[] _domains = [PeerFactory.North, PeerFactory.South];

    private readonly SiloStage<PeerSilo> _stage;
    private readonly Dictionary<DomainId, List<Task<CommandReply>>> _asked = _domains.ToDictionary(static domain => domain, static _ => new List<Task<CommandReply>>());

    public PeerWorld(int seed)
    {
        _stage = new(seed, _domains, static (name, stage) => new PeerSilo(name, stage.Store, stage.Network, stage.Time));
        Array.ForEach(_stage.Silos, static silo => silo.Start());
        _stage.TakeOrphans();
    }

    public void Dispose() => _stage.Dispose();

    public void Step() => _stage.Step(Say);

    public void Settle() => _stage.Settle();

    /// <summary>All that was said was heard, each once and in order: the machines throw otherwise, and that would be a dead letter.</summary>
    public void Check()
    {
        string story = _stage.Story;
        foreach (DomainId domain in _domains)
        {
            DomainId other = domain == PeerFactory.North ? PeerFactory.South : PeerFactory.North;
            long said = PeerMachine.SaidIn(Row(domain));
            Assert.True(said == PeerMachine.HeardIn(Row(other)), $"{story}: {domain} said {said}, and {PeerMachine.HeardIn(Row(other))} were heard");
            Assert.True(said >= _asked[domain].Count(reply => reply is { IsCompletedSuccessfully: true, Result.IsOk: true }), $"{story}: {domain} said less than it was told to");
            Assert.True(said > 0, story);
            using IStoreReader reader = _stage.Store.OpenReader();
            List<DeadLetter> letters = [];
            reader.ReadDeadLetters(_stage.NumberOf(domain), 10, letters);
            Assert.True(letters.Count == 0, $"{story}: {domain} put aside {letters.Count}");
        }
    }

    private void Say()
    {
        DomainId from = _stage.DrawDomain();
        if (_stage.DrawSilo().Say(from) is { } reply)
        {
            _asked[from].Add(reply);
        }
    }

    private ReadOnlySpan<byte> Row(DomainId domain)
    {
        using IStoreReader reader = _stage.Store.OpenReader();
        return (reader.ReadRow(_stage.NumberOf(domain), new RowKey(PeerMachine.Kind, "state")) ?? throw new InvalidOperationException($"{domain} has no row")).Bytes.Span;
    }
}
