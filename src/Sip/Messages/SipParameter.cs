namespace Routing.Sip.Messages;

/// <summary>A parameter as written; <see cref="Value"/> is null for a flag ("lr") and keeps its quotes when it is quoted.</summary>
public readonly record struct SipParameter(string Name, string? Value);
