using Routing.Contracts.Commands;
using Routing.Contracts.Configuration;
using Routing.Contracts.Engine;
using Routing.Contracts.Events;
using Routing.Contracts.Ids;
using Routing.Contracts.Views;
using Routing.Simulation.Checking;

namespace Routing.Simulation.Mutants;

/// <summary>
/// The machine serves calls in another order than the one it was given, and its records hide it: they name the right order and, of all calls that were compared, only the one that was
/// taken, with the right numbers. Only who looks at the calls that were passed over finds it.
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
