namespace Routing.Grains.Configuration;

/// <summary>A name in the text of a condition, and its column from 1.</summary>
public readonly record struct NamePlace(string Name, int Column);
