namespace Routing.Contracts.Views;

/// <summary>A candidate passed over.</summary>
/// <param name="Who">Id of the agent or call.</param>
/// <param name="Reason">"cool-off", "reserved" (<see cref="Configuration.ReserveConfiguration"/>), "unreachable" …</param>
public sealed record Exclusion(string Who, string Reason);
