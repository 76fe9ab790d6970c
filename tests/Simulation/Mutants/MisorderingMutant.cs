using Routing.Contracts.Commands;
using Routing.Contracts.Configuration;
using Routing.Contracts.Engine;
using Routing.Contracts.Events;
using Routing.Contracts.Explanations;
using Routing.Contracts.Ids;
using Routing.Contracts.Views;
using Routing.Simulation.Checking;

namespace Routing.Simulation.Mutants;

/// <summary>
/// The machine serves calls in another order than the one it was given, and its records hide it: they name the right order and, of all calls that were compared, only the one that was
/// taken, with the right numbers; its explanations tell places by the right order. Only who looks at the calls that were passed over finds it.
/// </summary>
/// <param name="inner">Sound.</param>
/// <param name="given">The configurations that domains were given; it outlives the machine.</param>
/// <param name="mutate">What the machine believes instead.</param>
internal sealed class MisorderingMutant(IDomainMachine inner, Dictionary<DomainId, DomainConfiguration> given, Func<DomainConfiguration, DomainConfiguration> mutate)
    : MutantMachine(inner)
{
    private readonly Dictionary<CallId, CallView> _calls = [];

    public override void NameColdRows(Command command, ICollection<RowKey> keys) => Inner.NameColdRows(Mutated(command), keys);

    public override TurnResult Turn(TurnInput input)
    {
        TurnResult result = Inner.Turn(input with { Command = Mutated(input.Command) });
        if (input.Command is ApplyConfiguration apply && result.Reply.IsOk)
        {
            given[Inner.Domain] = apply.Configuration;
        }

        foreach (CallChanged changed in result.Events.OfType<CallChanged>())
        {
            _calls[changed.Call.Id] = changed.Call;
        }

        return result with { Events = [.. result.Events.Select(fact => fact is OfferMade { Why.Calls.Count: > 0 } made ? made with { Why = Hidden(made, input.NowMs) } : fact)] };
    }

    public override Explanation? Explain(Question question, long nowMs)
    {
        Explanation? explained = Inner.Explain(question, nowMs);
        if (explained is not CallExplanation { Call.State: CallState.Waiting } why || !given.TryGetValue(Inner.Domain, out DomainConfiguration? configuration))
        {
            return explained;
        }

        int ahead = Inner.Snapshot().Calls.Count(other => other.State == CallState.Waiting && Place(configuration, other).CompareTo(Place(configuration, why.Call)) < 0);
        return why with { AheadInDomain = ahead, Ahead = Math.Min(why.Ahead, ahead) };
    }

    private static (long Class, long DueMs, int Weight, long OrderMs, long OrderNumber) Place(DomainConfiguration configuration, CallView call)
    {
        QueueConfiguration? queue = configuration.Queues.FirstOrDefault(queue => queue.Id == call.Queue);
        bool hasClasses = configuration.AgeingMs == 0;
        bool byDeadline = configuration.Order == CallOrder.Deadline;
        long dueMs = hasClasses && !byDeadline ? 0 : call.OrderMs + (byDeadline ? queue?.ServiceLevelMs ?? 0 : 0) - ((long)call.Priority * configuration.AgeingMs);
        return (hasClasses ? -call.Priority : 0, dueMs, -(queue?.Weight ?? 0), call.OrderMs, call.OrderNumber);
    }

    private WhyRecord Hidden(OfferMade made, long nowMs)
    {
        DomainConfiguration configuration = given[Inner.Domain];
        CallView call = _calls[made.Offer.Call];
        QueueConfiguration queue = configuration.Queues.First(queue => queue.Id == made.Queue);
        long agedMs = nowMs - call.OrderMs + ((long)call.Priority * configuration.AgeingMs);
        long value = (configuration.Order, configuration.AgeingMs) switch
        {
            (CallOrder.Deadline, _) => queue.ServiceLevelMs - agedMs,
            (_, 0) => 0,
            _ => agedMs,
        };
        return made.Why with { Rule = OrderRules.NameOf(configuration), Calls = [made.Why.Calls[0] with { Value = value, Weight = queue.Weight }] };
    }

    private Command Mutated(Command command) => command is ApplyConfiguration apply ? apply with { Configuration = mutate(apply.Configuration) } : command;
}
