using Routing.Contracts.Engine;

namespace Routing.Contracts.Commands;

/// <summary>A timer of a grain fires.</summary>
/// <param name="Grain">Whose timer.</param>
/// <param name="Name">Which of the grain's timers.</param>
/// <param name="DueMs">When it was due, in Unix milliseconds.</param>
public sealed record TimerDue(RowKey Grain, string Name, long DueMs) : Command;
