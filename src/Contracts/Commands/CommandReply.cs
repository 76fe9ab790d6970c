using System.Text.Json.Serialization;

namespace Routing.Contracts.Commands;

/// <summary>The stored outcome of a command, given again to a repeat.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "type")]
[JsonDerivedType(typeof(CommandReply), "reply")]
[JsonDerivedType(typeof(RegistrationReply), "registration")]
[JsonDerivedType(typeof(ConfigurationReply), "configuration")]
public record CommandReply(ReplyCode Code, string? Detail = null)
{
    public static CommandReply Ok { get; } = new(ReplyCode.Ok);

    /// <summary>With <see cref="ReplyCode.Unavailable"/>: the command was on its way when its sender gave up waiting, and may be carried out yet.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool MayHaveHappened { get; init; }

    /// <summary>To <see cref="GatewayStarted"/>: the gateway has calls or phones in the domain, so its lease began.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool HasLease { get; init; }

    [JsonIgnore]
    public bool IsOk => Code == ReplyCode.Ok;
}
