namespace Routing.Contracts.Views;

/// <summary>
/// The lot of a weighted-random decision. All that could be drawn stand by id, each with as many numbers as its weight; the one that has the number is taken.
/// Agents who may not take the call are drawn with the others, put aside, and drawn without again.
/// <code>
/// x = mix(random of the turn + G · place of the call in arrival order); x = mix(x + G · number of the offer); x = mix(x + G · agents put aside)
/// number = high 64 bits of x · of;  G = 0x9E3779B97F4A7C15, mix = the finaliser of SplitMix64, all modulo 2^64
/// </code>
/// </summary>
/// <param name="Number">From 0 to <paramref name="Of"/> − 1.</param>
/// <param name="Of">Sum of the weights.</param>
public sealed record WhyDraw(long Number, long Of);
