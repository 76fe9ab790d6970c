namespace Routing.Gateway.Api.Models;

/// <summary>What went wrong (RFC 9457), with where and what to do about it.</summary>
public sealed record Problem
{
    /// <summary>Stable name of the kind of problem, a URN.</summary>
    public required string Type { get; init; }

    /// <summary>The kind of problem in a few words; the same for every problem of the type.</summary>
    public required string Title { get; init; }

    /// <summary>HTTP status.</summary>
    public required int Status { get; init; }

    /// <summary>What is wrong with this request.</summary>
    public required string Detail { get; init; }

    /// <summary>Where: "header Authorization", "query limit", "body $.state", "path domain".</summary>
    public string? Where { get; init; }

    /// <summary>What to do about it.</summary>
    public string? Remedy { get; init; }

    /// <summary>The values that are allowed there.</summary>
    public IReadOnlyList<string>? Allowed { get; init; }

    /// <summary>Of a configuration: every mistake with its place, at most 200.</summary>
    public IReadOnlyList<ConfigurationMistakeModel>? Mistakes { get; init; }

    /// <summary>Of the stream of events: the oldest turn that is kept; left out when none is.</summary>
    public long? Oldest { get; init; }

    /// <summary>Of the stream of events: the last turn that is known.</summary>
    public long? Latest { get; init; }

    /// <summary>Path of the request.</summary>
    public string? Instance { get; init; }
}
