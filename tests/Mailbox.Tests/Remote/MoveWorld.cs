using Routing.Contracts.Commands;
using Routing.Contracts.Ids;
using Routing.Mailbox.Hosting;
using Routing.Mailbox.Remote;
using Routing.Mailbox.Tests.Fakes;
using Xunit;

namespace Routing.Mailbox.Tests.Remote;

/// <summary>Two domains that move between silos, one gateway's process with links to all, and what each should remember.</summary>
internal sealed class MoveWorld : IDisposable
{
    private static readonly GatewayId _gateway = GatewayId.Of("gw");
    private static readonly DomainId[] _domains = [Ledger.Domain, Ledger.Other];

    private readonly int _seed;
    private readonly SiloStage<MoveSilo> _stage;
    private readonly RecordingSink _sink = new();
    private readonly Dictionary<DomainId, RecordingSink> _events = [];
    private readonly IGatewaySession _session;
    private readonly Dictionary<(DomainId Domain, int Number), CommandReply> _replies = [];
    private readonly Dictionary<DomainId, List<int>> _order = [];
    private readonly Dictionary<DomainId, int> _sent = [];
    private readonly Dictionary<DomainId, int> _asked = [];

    public MoveWorld(int seed, int answerLimitMs)
    {
        _seed = seed;
        _stage = new(seed, _domains, static (name, stage) => new MoveSilo(name + ":1", stage.Store, stage.Network, stage.Time));
        RemoteHostOptions options = new()
        {
            Name = "front",
            Incarnation = 1,
            Silos = SiloStage<MoveSilo>.Addresses,
            Key = ManualNetwork.Key,
            AnswerLimitMs = answerLimitMs,
            OverloadLimitMs = answerLimitMs,
        };
        Remote = new RemoteHost(options, _stage.Network, Time);
        for (int i = 0; i < _domains.Length; i++)
        {
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

    public ManualTime Time => _stage.Time;

    public RemoteHost Remote { get; }

    public int SentCount => _sent.Values.Sum();

    public int AnsweredCount => _replies.Count;

    public void Dispose()
    {
        Remote.Dispose();
        _stage.Dispose();
    }

    public void Step()
    {
        switch (_stage.Random.Next(200))
        {
            case < 40:
                Send();
                break;
            case < 110:
                _stage.Network.PumpSome(_stage.Random, _stage.Random.Next(1, 12));
                break;
            case < 150:
                _stage.DrawSilo().Run();
                break;
            case < 172:
                Time.Advance(_stage.Random.Next(1, 40));
                break;
            case < 175:
                _sink.Refuse = _stage.Random.Next(1, 3);
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
                _stage.Fault();
                break;
        }
    }

    public void Send()
    {
        DomainId domain = _stage.DrawDomain();
        int number = _sent[domain]++;
        bool withEffect = _stage.Random.Next(3) == 0;
        _asked[domain] += withEffect ? 1 : 0;
        _session.Send(domain, Ledger.Entry("a", $"e{number}", withEffect ? "effect gw 1" : ""), reply =>
        {
            Assert.True(_replies.TryAdd((domain, number), reply), $"Seed {_seed}: input {number} of {domain} was answered twice.");
            _order[domain].Add(number);
        });
    }

    public void Move() => _stage.Move();

    public void GiveUpAll() => Array.ForEach(_stage.Silos, static silo => silo.GiveUp());

    public void TakeOrphans() => _stage.TakeOrphans();

    public void Settle()
    {
        _sink.Refuse = 0;
        _stage.Settle();
    }

    public void RunNow() => _stage.RunNow();

    public void Check()
    {
        string story = $"{_stage.Story}.";
        foreach (DomainId domain in _domains)
        {
            List<string> entries = _stage.Entries(domain);
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
        long[] stored = _stage.EventTurns(domain);
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
}
