using Routing.Contracts.Commands;
using Routing.Contracts.Ids;
using Routing.Contracts.Lending;
using Routing.Mailbox.Hosting;
using Routing.Simulation.Checking;
using Routing.Simulation.Running;

namespace Routing.Simulation.Engine;

/// <summary>
/// The last piece of the way to a domain from the others: messages come late and after those that were said after them, again minutes later, or never, as one whose turn threw and was put aside.
/// Holds whoever carries them to their word: nothing is passed over or acknowledged that the domain has not committed, but for what was lost here or given up.
/// </summary>
internal sealed class PeerRoad(SimEngine engine, IGatewaySession inner, DomainId to, SimRandom random) : IGatewaySession
{
    private const int RepeatWithinMs = 300_000;

    private long _arrivesMs;
    private bool _isClosed;

    public void Send(DomainId domain, Command command, Action<CommandReply> onReply)
    {
        var said = (PeerSaid)command;
        engine.Guard(() => CheckTaken(said.From, said.FirstOpen - 1, said));
        if (random.Chance(engine.Scenario.PeerLossPerMille))
        {
            Lose(said, onReply);
            return;
        }

        if (random.Chance(engine.Scenario.PeerRepeatPerMille))
        {
            PeerSaid again = said with { };
            engine.Clock.After(random.Below(RepeatWithinMs), () => Pass(again, static _ => { }));
        }

        _arrivesMs = Math.Max(_arrivesMs, engine.Clock.NowMs + random.Below(engine.Scenario.PeerDelayMs + 1));
        if (random.Chance(engine.Scenario.PeerLatePerMille))
        {
            engine.Statistics.Count("fault message between domains late");
            engine.Clock.At(_arrivesMs + random.Below(engine.Scenario.PeerLateMs), () => Pass(said, onReply));
        }
        else
        {
            engine.Clock.At(_arrivesMs, () => Pass(said, onReply));
        }
    }

    public void Acknowledge(DomainId domain, long sequence)
    {
        engine.Guard(() => CheckTaken(domain, sequence, null));
        inner.Acknowledge(domain, sequence);
    }

    public void Dispose()
    {
        _isClosed = true;
        inner.Dispose();
    }

    private void Pass(PeerSaid said, Action<CommandReply> onReply)
    {
        if (!_isClosed)
        {
            inner.Send(to, said, onReply);
        }
    }

    private void Lose(PeerSaid said, Action<CommandReply> onReply)
    {
        engine.Statistics.Count("fault message between domains lost");
        engine.Statistics.Count($"lost {said.Message.GetType().Name}");
        MessagesOf(said.From).Lose(said.Number);
        engine.Clock.After(engine.NetworkDelayMs(), () =>
        {
            if (!_isClosed)
            {
                onReply(new CommandReply(ReplyCode.Failed, "put aside"));
            }
        });
    }

    private EffectLedger MessagesOf(DomainId from) => engine.LedgerOf(from).EffectsOf(PeerAddress.Of(to));

    private void CheckTaken(DomainId from, long upTo, PeerSaid? said)
    {
        for (long number = engine.LedgerOf(to).Checker.Mirror.Peers.GetValueOrDefault(from) + 1; number <= upTo; number++)
        {
            if (!MessagesOf(from).IsLost(number))
            {
                throw new CheckFailure("peer-passed-over", $"message {number} of {from} was not taken by {to}, and {(said is null ? "is acknowledged" : $"is not waited for by {said}")}");
            }
        }
    }
}
