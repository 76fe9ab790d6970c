namespace Routing.Gateway.Telephony.Defence;

/// <summary>How often something may happen: a bucket of <paramref name="BurstCount"/>, filled at a steady rate.</summary>
/// <param name="PerSecondCount">Refill, a second.</param>
/// <param name="BurstCount">At once.</param>
public sealed record Rate(double PerSecondCount, int BurstCount);
