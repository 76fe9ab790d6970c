namespace Routing.Contracts.Configuration;

/// <summary>A key for REST and hubs.</summary>
/// <param name="Name">Who uses it: the actor in records.</param>
/// <param name="Sha256">SHA-256 of the key in lower-case hex; the key itself is not kept.</param>
/// <param name="Role">What it may do.</param>
public sealed record ApiKeyConfiguration(string Name, string Sha256, ApiRole Role);
