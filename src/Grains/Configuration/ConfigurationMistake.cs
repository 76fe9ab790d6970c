namespace Routing.Grains.Configuration;

/// <summary>A mistake in a configuration.</summary>
/// <param name="Location">Where, as a path: <c>queues[support].needs[0].skill</c>.</param>
/// <param name="Text">What is wrong.</param>
/// <param name="Remedy">What to do.</param>
public sealed record ConfigurationMistake(string Location, string Text, string Remedy)
{
    public override string ToString() => $"{Location}: {Text}; {Remedy}";
}
