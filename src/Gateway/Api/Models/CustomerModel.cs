using Routing.Contracts.Views;

namespace Routing.Gateway.Api.Models;

/// <summary>What is remembered of a caller.</summary>
public sealed record CustomerModel
{
    /// <summary>The caller's number.</summary>
    public required string Ani { get; init; }

    /// <summary>Calls so far.</summary>
    public required long Calls { get; init; }

    /// <summary>When the first call came in.</summary>
    public required DateTime FirstCall { get; init; }

    /// <summary>When the last call came in.</summary>
    public required DateTime LastCall { get; init; }

    /// <summary>Who answered last.</summary>
    public string? LastAgent { get; init; }

    /// <summary>How the last call ended.</summary>
    public CallOutcome? LastOutcome { get; init; }
}
