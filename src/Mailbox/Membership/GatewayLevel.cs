namespace Routing.Mailbox.Membership;

/// <summary>A gateway and the highest format level that it knows.</summary>
public readonly record struct GatewayLevel(string Name, int Level);
