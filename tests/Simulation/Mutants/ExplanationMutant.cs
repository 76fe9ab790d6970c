using Routing.Contracts.Engine;
using Routing.Contracts.Explanations;

namespace Routing.Simulation.Mutants;

/// <summary>The machine decides soundly and explains it wrongly.</summary>
internal sealed class ExplanationMutant(IDomainMachine inner, Func<Explanation, Explanation> mutate) : MutantMachine(inner)
{
    public override Explanation? Explain(Question question, long nowMs) => Inner.Explain(question, nowMs) is { } why ? mutate(why) : null;
}
