namespace Routing.Simulation.Checking;

/// <summary>A rule that the system broke. The rule's name is what mutants are matched with.</summary>
internal sealed class CheckFailure(string rule, string message) : Exception($"{rule}: {message}")
{
    public string Rule { get; } = rule;
}
