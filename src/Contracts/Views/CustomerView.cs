using Routing.Contracts.Ids;

namespace Routing.Contracts.Views;

/// <summary>What is remembered of a caller, by ANI.</summary>
public sealed record CustomerView(CustomerId Id, long Calls, long FirstCallMs, long LastCallMs, AgentId? LastAgent, CallOutcome? LastOutcome);
