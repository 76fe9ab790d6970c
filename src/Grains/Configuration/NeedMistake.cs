namespace Routing.Grains.Configuration;

/// <summary>Why a text is no condition.</summary>
/// <param name="Column">Where, from 1.</param>
/// <param name="Text">What is wrong there.</param>
/// <param name="Remedy">What was expected.</param>
public sealed record NeedMistake(int Column, string Text, string Remedy);
