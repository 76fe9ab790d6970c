using Routing.Contracts.Ids;

namespace Routing.Contracts.Commands;

/// <summary>The caller's leg ended from the caller's side. Reply: Ok, also when the call had ended; NotFound for a call never heard of.</summary>
/// <param name="Call">Which call.</param>
/// <param name="Cause">How it ended.</param>
/// <param name="Reason">Reason header or other text for the record, or null.</param>
public sealed record CallerLeft(CallId Call, CallerLeaveCause Cause, string? Reason = null) : Command;
