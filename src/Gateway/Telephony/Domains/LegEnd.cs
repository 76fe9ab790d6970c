using System.Text.Json.Serialization;
using Routing.Contracts.Commands;
using Routing.Contracts.Ids;

namespace Routing.Gateway.Telephony.Domains;

/// <summary>Somebody hung up: what a domain must hear of sooner or later, whatever becomes of this process.</summary>
/// <param name="Domain">Whose call it is.</param>
/// <param name="Command"><see cref="CallerLeft"/> or <see cref="AgentLegEnded"/>.</param>
public sealed record LegEnd(DomainId Domain, Command Command)
{
    /// <summary>True for commands of which nothing else ever tells: the leg is gone from the wire, and its call and agent stay as they are.</summary>
    public static bool IsToldBy(Command? command) => command is CallerLeft or AgentLegEnded;

    /// <summary>The same without the text for the record.</summary>
    [JsonIgnore]
    public LegEnd WithoutReason => this with
    {
        Command = Command switch
        {
            CallerLeft left => left with { Reason = null },
            AgentLegEnded ended => ended with { Reason = null },
            _ => Command,
        },
    };

    /// <summary>It names a call, as everything does that was written here.</summary>
    [JsonIgnore]
    public bool IsComplete => Domain.Value is not null && Command switch
    {
        CallerLeft left => left.Call.Value is not null,
        AgentLegEnded ended => ended.Offer.Call.Value is not null,
        _ => false,
    };
}
