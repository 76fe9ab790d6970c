namespace Routing.Gateway.Telephony;

/// <summary>What a gateway promises its domains about itself.</summary>
/// <param name="LeaseMs">It is heard at least so often, or its calls are suspended.</param>
/// <param name="GraceMs">Suspended calls are kept for so long.</param>
public sealed record LeaseTerms(int LeaseMs, int GraceMs);
