using Routing.Simulation.Checking;

namespace Routing.Simulation.Running;

/// <summary>How a run ended.</summary>
/// <param name="Seed">Its seed.</param>
/// <param name="Hash">Of all that happened: the same for the same seed.</param>
/// <param name="Statistics">What happened.</param>
/// <param name="Failure">The rule that was broken, or null.</param>
/// <param name="Trace">The last steps before the failure.</param>
internal sealed record RunReport(ulong Seed, ulong Hash, Statistics Statistics, CheckFailure? Failure, string Trace);
