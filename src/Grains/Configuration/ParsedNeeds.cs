using Routing.Contracts.Configuration;

namespace Routing.Grains.Configuration;

/// <summary>What a text says of needs.</summary>
/// <param name="Expression">As it is written; null when there is a mistake.</param>
/// <param name="Names">The names that it compares, in its order.</param>
/// <param name="Mistake">The first one; null when there is none.</param>
public sealed record ParsedNeeds(NeedExpression? Expression, IReadOnlyList<NamePlace> Names, NeedMistake? Mistake);
