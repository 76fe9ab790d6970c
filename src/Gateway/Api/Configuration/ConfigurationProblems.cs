using Microsoft.AspNetCore.Http;
using Routing.Gateway.Api.Models;
using Routing.Gateway.Sessions;

namespace Routing.Gateway.Api.Configuration;

/// <summary>The problems of configurations (<see cref="Problems"/> has the others).</summary>
internal static class ConfigurationProblems
{
    /// <summary>Mistakes told with one answer; check-config tells all.</summary>
    public const int MaxMistakesCount = 200;

    private const string Check = "Correct it and send it again; 'routing check-config FILE' tells the same without a server.";

    public static Problem AdminOnly(Grant grant) => new()
    {
        Type = Problems.TypePrefix + "role-too-low",
        Title = "The key may not do this",
        Status = StatusCodes.Status403Forbidden,
        Detail = $"The key '{grant.Name}' has the role {Words.Of(grant.Role)}, which may not change the configuration.",
        Where = "header Authorization",
        Remedy = "Use a key with the role admin.",
        Allowed = ["admin"],
    };

    public static Problem NotYaml(string? contentType) => new()
    {
        Type = Problems.TypePrefix + "media-type",
        Title = "The body must be YAML, or JSON with files",
        Status = StatusCodes.Status415UnsupportedMediaType,
        Detail = contentType is null ? "The request has no Content-Type." : $"'{contentType}' is neither YAML nor JSON.",
        Where = "header Content-Type",
        Remedy = "Send the file as it is with 'Content-Type: application/yaml', or several as {\"files\":[{\"name\":…,\"text\":…}]} with application/json.",
        Allowed = ["application/yaml", "application/json"],
    };

    public static Problem Mistaken(IReadOnlyList<ConfigurationMistakeModel> mistakes) => new()
    {
        Type = Problems.TypePrefix + "configuration-invalid",
        Title = "The configuration has mistakes",
        Status = StatusCodes.Status422UnprocessableEntity,
        Detail = $"{Place(mistakes[0])}{mistakes[0].Problem}{(mistakes.Count > 1 ? $" (and {mistakes.Count - 1} more)" : "")}. Nothing was changed.",
        Where = "body",
        Remedy = Check,
        Mistakes = [.. mistakes.Take(MaxMistakesCount)],
    };

    public static Problem Refused(string detail) => new()
    {
        Type = Problems.TypePrefix + "configuration-invalid",
        Title = "The configuration has mistakes",
        Status = StatusCodes.Status422UnprocessableEntity,
        Detail = detail,
        Where = "body",
        Remedy = Check,
    };

    public static Problem Overlapping(IReadOnlyList<ConfigurationMistakeModel> overlaps) => new()
    {
        Type = Problems.TypePrefix + "configuration-overlap",
        Title = "Gateways could not tell the domain from another one",
        Status = StatusCodes.Status422UnprocessableEntity,
        Detail = $"{overlaps[0].Problem}{(overlaps.Count > 1 ? $" (and {overlaps.Count - 1} more)" : "")}. Nothing was changed.",
        Where = "body",
        Remedy = "Change one of the two domains, and send it again; 'routing check-config FILE OTHER-FILE' tells the same without a server.",
        Mistakes = [.. overlaps.Take(MaxMistakesCount)],
    };

    public static Problem InUse(string detail) => new()
    {
        Type = Problems.TypePrefix + "configuration-in-use",
        Title = "Not possible while calls are there",
        Status = StatusCodes.Status409Conflict,
        Detail = detail,
        Where = "body",
        Remedy = "Do what the detail says first. Nothing was changed.",
    };

    public static Problem NoVersion(string detail) => new()
    {
        Type = Problems.TypePrefix + "configuration-version-unknown",
        Title = "No such version",
        Status = StatusCodes.Status404NotFound,
        Detail = detail,
        Where = "query version",
        Remedy = "GET configuration/versions lists those that are kept.",
    };

    private static string Place(ConfigurationMistakeModel mistake) => mistake.Line == 0 ? mistake.File + ": " : $"{mistake.File}:{mistake.Line}:{mistake.Column}: ";
}
