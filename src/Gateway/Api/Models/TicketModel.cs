namespace Routing.Gateway.Api.Models;

/// <summary>A ticket for one connection to the hub, sent as its access token.</summary>
public sealed record TicketModel
{
    /// <summary>The ticket.</summary>
    public required string Ticket { get; init; }

    /// <summary>Seconds until it lapses.</summary>
    public required int ExpiresInSeconds { get; init; }
}
