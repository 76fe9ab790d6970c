namespace Routing.Gateway.Api;

/// <summary>The query parameters that an endpoint knows; every other one is an error, since a misspelt filter must not answer with everything.</summary>
internal sealed record QueryParameters(IReadOnlyList<string> Names);
