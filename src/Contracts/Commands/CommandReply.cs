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

    [JsonIgnore]
    public bool IsOk => Code == ReplyCode.Ok;
}
