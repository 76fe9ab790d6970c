using Microsoft.AspNetCore.Http;
using Routing.Gateway.Api.Models;
using Routing.Gateway.Sessions;

namespace Routing.Gateway.Api;

/// <summary>POST hub-tickets: a ticket for one connection to the hub.</summary>
internal static class TicketEndpoint
{
    public static IResult Post(HttpContext context, HubTickets tickets)
    {
        DomainScope scope = DomainAccess.Scope(context);
        return tickets.Issue(scope.Grant) is { } ticket
            ? ReadEndpoints.Json(new TicketModel { Ticket = ticket, ExpiresInSeconds = HubTickets.LifetimeSeconds })
            : Problems.Result(Problems.Unavailable("Too many tickets are outstanding."));
    }
}
