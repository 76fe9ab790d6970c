namespace Routing.Gateway.Api.Models;

/// <summary>Something wrong in a configuration, or unwise.</summary>
public sealed record ConfigurationMistakeModel
{
    /// <summary>Name of the file.</summary>
    public required string File { get; init; }

    /// <summary>Line, from 1; 0 when it is of the file as a whole.</summary>
    public required long Line { get; init; }

    /// <summary>Column, from 1; 0 when it is of the file as a whole.</summary>
    public required long Column { get; init; }

    /// <summary>What is wrong.</summary>
    public required string Problem { get; init; }

    /// <summary>What to do about it.</summary>
    public required string Remedy { get; init; }
}
