using System.Text.Json;
using System.Text.Json.Serialization;
using Routing.Contracts.Configuration;
using Routing.Contracts.Ids;
using Routing.Contracts.Serialization;
using Routing.Contracts.Views;

namespace Routing.Grains.Configuration;

/// <summary>
/// Reads the agents of a stored configuration: of 100,000 agents they are nearly all of it, and it is read whenever a domain is taken over. The generated reader makes an array of boxed
/// arguments for each agent; this one does without, and shares the text of names that are the id again. What it does not expect, a field that it does not know included, it leaves to the
/// generated reader: so it never has to be told of a new field, and can be wrong about none.
/// </summary>
internal sealed class AgentReader : JsonConverter<AgentConfiguration>
{
    private readonly SkillLevelsConverter _skills = new();

    public override AgentConfiguration Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        Utf8JsonReader start = reader;
        if (ReadExpected(ref reader, options) is { } agent)
        {
            return agent;
        }

        reader = start;
        return JsonSerializer.Deserialize(ref reader, ContractsJson.Default.AgentConfiguration) ?? throw new JsonException("An agent was expected.");
    }

    public override void Write(Utf8JsonWriter writer, AgentConfiguration value, JsonSerializerOptions options) =>
        JsonSerializer.Serialize(writer, value, ContractsJson.Default.AgentConfiguration);

    /// <summary>The agent, or null, wherever the reader is then, when something is there that was not expected.</summary>
    private AgentConfiguration? ReadExpected(ref Utf8JsonReader reader, JsonSerializerOptions options)
    {
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            return null;
        }

        string? id = null;
        string? name = null;
        string? sipUser = null;
        string? md5 = null;
        string? sha256 = null;
        string? team = null;
        IReadOnlyList<SkillLevel>? skills = null;
        int weight = 0;
        OnRegister? onRegister = null;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            bool isExpected = reader.ValueTextEquals("id"u8) ? ReadText(ref reader, null, ref id)
                : reader.ValueTextEquals("name"u8) ? ReadText(ref reader, id, ref name)
                : reader.ValueTextEquals("sipUser"u8) ? ReadText(ref reader, id, ref sipUser)
                : reader.ValueTextEquals("ha1Md5"u8) ? ReadText(ref reader, null, ref md5)
                : reader.ValueTextEquals("ha1Sha256"u8) ? ReadText(ref reader, null, ref sha256)
                : reader.ValueTextEquals("skills"u8) ? ReadSkills(ref reader, options, ref skills)
                : reader.ValueTextEquals("team"u8) ? ReadText(ref reader, null, ref team)
                : reader.ValueTextEquals("weight"u8) ? reader.Read() && reader.TokenType == JsonTokenType.Number && reader.TryGetInt32(out weight)
                : reader.ValueTextEquals("onRegister"u8) && ReadOnRegister(ref reader, ref onRegister);
            if (!isExpected)
            {
                return null;
            }
        }

        return reader.TokenType == JsonTokenType.EndObject && Identifier.IsValid(id) && name is not null && sipUser is not null && md5 is not null && sha256 is not null && skills is not null
            && weight != 0 && onRegister is { } first
            ? new AgentConfiguration
            {
                Id = AgentId.Of(id!), Name = name, SipUser = sipUser, Ha1Md5 = md5, Ha1Sha256 = sha256, Skills = skills, Team = team, Weight = weight, OnRegister = first,
            }
            : null;
    }

    /// <param name="reader">At the property's name.</param>
    /// <param name="like">A text that it may be again.</param>
    /// <param name="text">Where it goes.</param>
    private static bool ReadText(ref Utf8JsonReader reader, string? like, ref string? text)
    {
        if (!reader.Read() || reader.TokenType != JsonTokenType.String)
        {
            return false;
        }

        text = like is not null && reader.ValueTextEquals(like) ? like : reader.GetString();
        return true;
    }

    private bool ReadSkills(ref Utf8JsonReader reader, JsonSerializerOptions options, ref IReadOnlyList<SkillLevel>? skills)
    {
        if (!reader.Read() || reader.TokenType != JsonTokenType.StartArray)
        {
            return false;
        }

        skills = _skills.Read(ref reader, typeof(IReadOnlyList<SkillLevel>), options);
        return true;
    }

    private static bool ReadOnRegister(ref Utf8JsonReader reader, ref OnRegister? onRegister)
    {
        if (!reader.Read() || reader.TokenType != JsonTokenType.String)
        {
            return false;
        }

        onRegister = reader.ValueTextEquals("Ready"u8) ? OnRegister.Ready : reader.ValueTextEquals("Nothing"u8) ? OnRegister.Nothing : null;
        return onRegister is not null;
    }
}
