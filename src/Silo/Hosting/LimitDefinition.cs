namespace Routing.Silo.Hosting;

/// <summary>A limit that an operator may set.</summary>
/// <param name="Name">As it is written: <c>--limits calls=5000</c>.</param>
/// <param name="Default">Its value when nothing is said.</param>
/// <param name="Min">Least value.</param>
/// <param name="Max">Greatest value.</param>
/// <param name="What">What it counts, with its unit.</param>
internal sealed record LimitDefinition(string Name, int Default, int Min, int Max, string What);
