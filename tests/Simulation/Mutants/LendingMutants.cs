using Routing.Contracts.Commands;
using Routing.Contracts.Effects;
using Routing.Contracts.Engine;
using Routing.Contracts.Ids;
using Routing.Contracts.Lending;
using Routing.Mailbox;
using Routing.Simulation.World;

namespace Routing.Simulation.Mutants;

/// <summary>Faults between domains that lend each other agents.</summary>
internal static class LendingMutants
{
    public static IEnumerable<Mutant> All()
    {
        yield return Hearing("agent-taken-back", "the lender believes that a lent agent who answered came back", "lent-not-reserved", said => said.Message is LoanAnswered answered
            ? said with { Message = new LoanReturned(answered.Call, answered.Attempt, answered.Loan, "mutant") } : said);
        yield return Hearing("guest-at-the-end", "a guest's wait at home does not count", "guest-view", said => said.Message is SeekAgent seek
            ? said with { Message = seek with { ArrivedMs = long.MaxValue } } : said);
        yield return Hearing("forgotten-decline", "a guest may have an agent who did not take the call in an earlier attempt", "cool-off", said => said.Message is SeekAgent seek
            ? said with { Message = seek with { CoolOffs = [] } } : said, Declining);
        yield return new Mutant("untold-decline", "home does not say who did not take the call", "lent-cool-off")
        {
            Machine = (machine, _) => new ResultMutant(machine, (_, result) => result with
            {
                Effects = [.. result.Effects.Select(effect => effect.Effect is TellDomain { Message: SeekAgent seek } tell ? effect with { Effect = tell with { Message = seek with { CoolOffs = [] } } } : effect)],
            }),
            Adjust = Declining,
        };
        yield return Saying("unreturned-agent", "an agent who is not needed is not given back", tell => tell.Message is LoanReturned, "loan-word");
        yield return Saying("endless-loan", "the lender is not told that the conversation is over", tell => tell.Message is LoanEnded, "loan-word");
        yield return Hearing("insistent-call", "who refused is asked again at once", "borrow-again", said => said.Message is SeekRefused refused
            ? said with { Message = refused with { Reason = RefusalReason.HomeSilent } } : said);
        yield return new Mutant("no-questions", "domains do not ask each other after what they hold", "loan-forgotten", "borrow-left", "not-quiet", "timer-left")
        {
            Machine = (machine, _) => new ResultMutant(machine, Unasked),
            Adjust = Lossy,
        };
        yield return new Mutant("heard-twice", "what another domain says again is taken as something new", "peer-repeat", "peer-order")
        {
            Machine = (machine, _) => new HeardTwiceMutant(machine),
            Adjust = Lossy,
        };
        yield return Hearing("hasty-ear", "what is said after a message that is missing is not held back", "peer-order", said => said with { FirstOpen = said.Number }, Lossy);
        yield return new Mutant("lent-to-two", "an agent who is lent to one domain is lent to another that asks, too", "rung-twice", "lent-not-reserved", "lent-twice")
        {
            Machine = (machine, _) => new LentToTwoMutant(machine),
            Adjust = Busy,
        };
        yield return new Mutant("impatient-outbox", "what is said to another domain is given up at once", "given-up-early")
        {
            FaultyCommit = static (session, commit) =>
            {
                foreach (DomainCommit domain in commit.Domains)
                {
                    OutboxMark[] marks = [.. domain.Outboxes.Select(static mark => PeerAddress.IsOne(mark.Gateway) ? mark with { Acknowledged = mark.Last, FromTurn = long.MaxValue } : mark)];
                    domain.Outboxes.Clear();
                    domain.Outboxes.AddRange(marks);
                }

                return session.Commit(commit);
            },
            Adjust = Busy,
        };
        yield return new Mutant("open-door", "a domain lends to whoever asks", "borrow-refusal")
        {
            Machine = (machine, _) => new ConfigurationMutant(machine, configuration => configuration with
            {
                Queues = [.. configuration.Queues.Select(queue => queue with { Guests = [.. new[] { "d0", "d1", "d2" }.Select(DomainId.Of).Where(other => other != configuration.Domain)] })],
            }),
            BelievesAnother = true,
            Adjust = Busy,
        };
    }

    private static Mutant Hearing(string name, string description, string rule, Func<PeerSaid, PeerSaid> mutate, Action<Scenario>? adjust = null) => new(name, description, rule)
    {
        Machine = (machine, _) => new CommandMutant(machine, command => command is PeerSaid said ? mutate(said) : command),
        Adjust = adjust ?? Busy,
    };

    private static TurnResult Unasked(TurnInput input, TurnResult result) =>
        result with { Effects = [.. result.Effects.Where(effect => effect.Effect is not TellDomain { Message: CheckGuest or CheckSeek })] };

    private static Mutant Saying(string name, string description, Func<TellDomain, bool> isDropped, params string[] rules) => new(name, description, rules)
    {
        Machine = (machine, _) => new ResultMutant(machine, (_, result) => result with { Effects = [.. result.Effects.Where(effect => effect.Effect is not TellDomain tell || !isDropped(tell))] }),
        Adjust = Busy,
    };

    private static void Lossy(Scenario scenario)
    {
        Busy(scenario);
        scenario.PeerLossPerMille = 100;
        scenario.PeerRepeatPerMille = scenario.PeerLatePerMille = 100;
        scenario.PeerLateMs = 200;
        scenario.AbsenceMeanMs = scenario.SiloCrashMeanMs = scenario.CommitFaultPerMille = scenario.OutageMeanMs = 0;
    }

    private static void Declining(Scenario scenario)
    {
        Busy(scenario);
        scenario.DeclinePerMille = 700;
        scenario.PatienceMeanMs = 120_000;
        scenario.TalkMeanMs = 2_000;
    }

    private static void Busy(Scenario scenario)
    {
        scenario.DomainsCount = 3;
        scenario.AgentsCount = 3;
        scenario.QueuesCount = 2;
        scenario.ArrivalMeanMs = 2_000;
        scenario.PatienceMeanMs = 60_000;
        scenario.TalkMeanMs = 5_000;
        scenario.OperationsPerMille = 0;
    }
}
