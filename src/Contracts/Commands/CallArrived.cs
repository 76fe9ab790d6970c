using Routing.Contracts.Ids;

namespace Routing.Contracts.Commands;

/// <summary>
/// A call came in (first INVITE). Reply: <see cref="CommandReply.Ok"/>, also for a live call that is already known;
/// <see cref="ReplyCode.Gone"/> for one that has ended (no effect follows: the gateway answers the INVITE itself);
/// <see cref="ReplyCode.NotFound"/> when no entry point has the number; <see cref="ReplyCode.Conflict"/> from a life of a gateway that was given up (<see cref="GatewayAlive"/>).
/// </summary>
public sealed record CallArrived : Command
{
    public required CallId Call { get; init; }

    /// <summary>The gateway that owns the caller's leg and will own the agent's.</summary>
    public required GatewayId Gateway { get; init; }

    /// <summary>The number dialled (user part of the Request-URI).</summary>
    public required string Dnis { get; init; }

    /// <summary>The caller's number or user part; empty when withheld.</summary>
    public required string Ani { get; init; }

    public string? DisplayName { get; init; }

    /// <summary>Headers that the domain's rules look at (<see cref="Configuration.EdgeConfiguration.Headers"/>), those that were there.</summary>
    public IReadOnlyList<SipHeaderValue> Headers { get; init => field = value ?? []; } = [];

    /// <summary>The INVITE carried no SDP offer, so the caller must be answered before anybody can be offered the call.</summary>
    public bool LateOffer { get; init; }

    public required LegState Leg { get; init; }

    /// <summary>
    /// What names the caller's INVITE at every gateway of a cluster: a keyed hash of its Call-ID and From tag; null from a gateway alone. A proxy that hears nothing from one gateway sends the INVITE to another: the call of before, which nobody
    /// answered, ends (<see cref="Views.OverflowReason.CameAgain"/>) and this one goes on in its place in line, with its time of arrival and what it waited, so that the caller is one call. Reply for the older of the two, should it come late: <see cref="ReplyCode.Gone"/>.
    /// </summary>
    public string? Invite { get; init; }

    /// <summary>When the INVITE came, by the gateway's clock (Unix milliseconds): of two with one name the later counts. 0 without a name.</summary>
    public long InvitedMs { get; init; }
}
