namespace Routing.Grains.Domain;

/// <summary>What one grain tells another inside a turn. Never stored, never leaves the domain.</summary>
public abstract record GrainMessage;
