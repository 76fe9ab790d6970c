namespace Routing.Gateway.Telephony.Calls;

/// <summary>Who calls, as the agent's phone is told.</summary>
/// <param name="User">User part of the caller's From, escaped as it came; null when there is none.</param>
/// <param name="DisplayName">Display name, or null.</param>
internal sealed record CallerIdentity(string? User, string? DisplayName);
