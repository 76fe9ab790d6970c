namespace Routing.Contracts.Commands;

/// <summary>First turn after an activation: the domain was down for <paramref name="DownForMs"/>; time-outs of ringing and waiting are moved by it.</summary>
public sealed record Resume(long DownForMs) : Command;
