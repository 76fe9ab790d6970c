using Routing.Contracts.Commands;
using Routing.Contracts.Effects;
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
        yield return Saying("unreturned-agent", "an agent who is not needed is not given back", tell => tell.Message is LoanReturned, "loan-word");
        yield return Saying("endless-loan", "the lender is not told that the conversation is over", tell => tell.Message is LoanEnded, "loan-word");
        yield return Hearing("insistent-call", "who refused is asked again at once", "borrow-again", said => said.Message is SeekRefused refused
            ? said with { Message = refused with { Reason = RefusalReason.HomeSilent } } : said);
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

    private static Mutant Hearing(string name, string description, string rule, Func<PeerSaid, PeerSaid> mutate) => new(name, description, rule)
    {
        Machine = (machine, _) => new CommandMutant(machine, command => command is PeerSaid said ? mutate(said) : command),
        Adjust = Busy,
    };

    private static Mutant Saying(string name, string description, Func<TellDomain, bool> isDropped, params string[] rules) => new(name, description, rules)
    {
        Machine = (machine, _) => new ResultMutant(machine, (_, result) => result with { Effects = [.. result.Effects.Where(effect => effect.Effect is not TellDomain tell || !isDropped(tell))] }),
        Adjust = Busy,
    };

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
