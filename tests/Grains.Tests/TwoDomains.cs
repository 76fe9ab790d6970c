using Routing.Contracts.Commands;
using Routing.Contracts.Configuration;
using Routing.Contracts.Effects;
using Routing.Contracts.Engine;
using Routing.Contracts.Ids;
using Routing.Contracts.Lending;
using Xunit;

namespace Routing.Grains.Tests;

/// <summary>Two domains and what lies between them: messages wait in the outboxes until the test delivers them.</summary>
internal sealed class TwoDomains
{
    private readonly Dictionary<TestDomain, Outbox> _outboxes = [];

    public TwoDomains(QueueConfiguration? home = null, QueueConfiguration? there = null)
    {
        Home = Domain("home", home ?? new QueueConfiguration { Id = QueueId.Of("q"), Name = "q", Borrow = [new BorrowRule(DomainId.Of("there"), QueueId.Of("x"))], CoolOffMs = 0 });
        There = Domain("there", there ?? new QueueConfiguration { Id = QueueId.Of("x"), Name = "x", Guests = [DomainId.Of("home")], WrapUpMs = 10_000 });
    }

    public TestDomain Home { get; }

    public TestDomain There { get; }

    /// <summary>What the domain told the other one and was not delivered yet.</summary>
    public IEnumerable<PeerMessage> Waiting(TestDomain from) => _outboxes[from].Messages.Skip(_outboxes[from].Delivered);

    /// <summary>Does something in a domain and keeps what it says to the other one.</summary>
    public CommandReply Do(TestDomain domain, Action<TestDomain> action)
    {
        action(domain);
        Keep(domain, domain.Last);
        return domain.Last.Reply;
    }

    /// <summary>Time passes in both, and timers fire; nothing is delivered meanwhile.</summary>
    public void Wait(long ms)
    {
        foreach (TestDomain domain in (TestDomain[])[Home, There])
        {
            long untilMs = domain.NowMs + ms;
            while (domain.Machine.NextTimer is { } timer && domain.Machine.NextTimerDueMs <= untilMs)
            {
                domain.Skip(Math.Max(0, domain.Machine.NextTimerDueMs - domain.NowMs));
                Do(domain, _ => domain.Send(timer));
            }

            domain.Skip(untilMs - domain.NowMs);
        }
    }

    /// <summary>Delivers the next message of a domain.</summary>
    public CommandReply Deliver(TestDomain from)
    {
        Outbox outbox = _outboxes[from];
        CommandReply reply = Say(from, ++outbox.Delivered, outbox.Delivered);
        Assert.Equal(ReplyCode.Ok, reply.Code);
        return reply;
    }

    /// <summary>The next message of a domain never arrives: its outbox gave it up, or the other one could not do with it what it should.</summary>
    public PeerMessage Lose(TestDomain from) => _outboxes[from].Messages[_outboxes[from].Delivered++];

    /// <summary>Gives the other domain a message by its number, whether or not it was delivered before.</summary>
    public CommandReply Say(TestDomain from, long number, long firstOpen)
    {
        TestDomain to = from == Home ? There : Home;
        return Do(to, domain => domain.Send(new PeerSaid(from.Id, number, firstOpen, _outboxes[from].Messages[(int)number - 1])));
    }

    /// <summary>Delivers until both have nothing more to say.</summary>
    public void Settle()
    {
        while (Waiting(Home).Any() || Waiting(There).Any())
        {
            Deliver(Waiting(Home).Any() ? Home : There);
        }
    }

    private TestDomain Domain(string name, QueueConfiguration queue)
    {
        TestDomain domain = new(new DomainConfiguration
        {
            Domain = DomainId.Of(name),
            Realm = name,
            Agents = [.. new[] { "a", "b" }.Select(agent => new AgentConfiguration { Id = AgentId.Of(agent), Name = $"{agent} of {name}", SipUser = agent, Ha1Md5 = new string('0', 32), Ha1Sha256 = new string('0', 64), OnRegister = OnRegister.Ready })],
            Queues = [queue],
            Numbers = [new NumberConfiguration("1000", queue.Id)],
        });
        _outboxes.Add(domain, new Outbox());
        return domain;
    }

    private void Keep(TestDomain from, TurnResult turn)
    {
        TestDomain to = from == Home ? There : Home;
        foreach (AddressedEffect effect in turn.Effects)
        {
            if (effect.Effect is TellDomain tell)
            {
                Assert.Equal(PeerAddress.Of(to.Id), effect.Gateway);
                _outboxes[from].Messages.Add(tell.Message);
            }
            else
            {
                Assert.False(PeerAddress.IsOne(effect.Gateway));
            }
        }
    }

    private sealed class Outbox
    {
        public List<PeerMessage> Messages { get; } = [];

        public int Delivered { get; set; }
    }
}
