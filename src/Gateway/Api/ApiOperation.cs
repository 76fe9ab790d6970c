namespace Routing.Gateway.Api;

/// <summary>What OpenAPI and the checks need to know of an operation.</summary>
/// <param name="Name">Operation id; the domain's own path gets "InDomain" after it.</param>
/// <param name="Tag">Group in the document.</param>
/// <param name="Summary">One line.</param>
/// <param name="Description">More.</param>
/// <param name="Response">Model of the answer.</param>
internal sealed record ApiOperation(string Name, string Tag, string Summary, string Description, Type Response)
{
    /// <summary>Query parameters that it knows.</summary>
    public IReadOnlyList<string> Query { get; init; } = [];

    /// <summary>Model of the body, or null.</summary>
    public Type? Body { get; init; }

    /// <summary>Media types of the body besides JSON.</summary>
    public IReadOnlyList<string> BodyTypes { get; init; } = [];

    /// <summary>Statuses of the problems that it may answer with, besides 401, 403, 429 and 503.</summary>
    public IReadOnlyList<int> Problems { get; init; } = [];
}
