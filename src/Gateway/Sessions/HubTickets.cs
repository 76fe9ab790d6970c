using System.Security.Cryptography;
using Microsoft.AspNetCore.WebUtilities;

namespace Routing.Gateway.Sessions;

/// <summary>
/// Tickets that let a browser open the hub: it cannot set headers on a WebSocket, and a key in an address ends up in logs. A ticket is random,
/// good for one connection and for <see cref="LifetimeSeconds"/>, so a logged one is worth nothing.
/// </summary>
public sealed class HubTickets(TimeProvider time)
{
    public const int LifetimeSeconds = 30;

    /// <summary>Tickets that may be outstanding; at the limit none is given until some lapse.</summary>
    public const int MaxOutstandingCount = 10_000;

    private const int TicketLengthBytes = 32;

    private readonly Lock _lock = new();
    private readonly Dictionary<string, Grant> _grants = [];
    private readonly Queue<(string Ticket, long LapsesAt)> _order = [];

    /// <summary>A new ticket, or null when too many are outstanding.</summary>
    public string? Issue(Grant grant)
    {
        string ticket = WebEncoders.Base64UrlEncode(RandomNumberGenerator.GetBytes(TicketLengthBytes));
        lock (_lock)
        {
            DropLapsed();
            if (_order.Count >= MaxOutstandingCount)
            {
                return null;
            }

            _grants.Add(ticket, grant);
            _order.Enqueue((ticket, time.GetTimestamp() + (LifetimeSeconds * time.TimestampFrequency)));
            return ticket;
        }
    }

    /// <summary>Uses a ticket up; null for an unknown, used or lapsed one.</summary>
    public Grant? Redeem(string ticket)
    {
        lock (_lock)
        {
            DropLapsed();
            return _grants.Remove(ticket, out Grant? grant) ? grant : null;
        }
    }

    private void DropLapsed()
    {
        long now = time.GetTimestamp();
        while (_order.TryPeek(out (string Ticket, long LapsesAt) oldest) && oldest.LapsesAt <= now)
        {
            _grants.Remove(oldest.Ticket);
            _order.Dequeue();
        }
    }
}
