using Routing.Contracts.Ids;

namespace Routing.Contracts.Commands;

/// <summary>
/// An authenticated REGISTER of an agent's phone (RFC 3261 §10.3). Reply: <see cref="RegistrationReply"/> with all bindings after it;
/// <see cref="ReplyCode.Conflict"/> when CSeq is not higher than the stored one of the same Call-ID; NotFound for an unknown agent.
/// </summary>
public sealed record RegisterPhone : Command
{
    public required AgentId Agent { get; init; }

    /// <summary>The gateway that took the REGISTER and holds the flow.</summary>
    public required GatewayId Gateway { get; init; }

    public required string SipCallId { get; init; }

    public required uint CSeq { get; init; }

    /// <summary>Contacts to add, refresh or remove; empty asks for the bindings only.</summary>
    public required IReadOnlyList<BindingChange> Changes { get; init; }

    /// <summary>"Contact: *" with Expires 0: remove all bindings.</summary>
    public bool RemoveAll { get; init; }
}
