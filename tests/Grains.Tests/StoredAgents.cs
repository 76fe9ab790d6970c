using System.Text;
using System.Text.Json;
using Routing.Contracts.Configuration;
using Routing.Contracts.Ids;
using Routing.Contracts.Serialization;
using Routing.Grains.Configuration;
using Xunit;

namespace Routing.Grains.Tests;

/// <summary>Agents as they are stored with a configuration: read in a way of their own, to the same result as by the generated reader.</summary>
public sealed class StoredAgents
{
    private static readonly AgentConfiguration Usual = new()
    {
        Id = AgentId.Of("ann"),
        Name = "ann",
        SipUser = "ann",
        Ha1Md5 = "0123",
        Ha1Sha256 = "4567",
        Skills = [new("english", 8)],
        OnRegister = OnRegister.Nothing,
    };

    [Theory]
    [InlineData("\"name\":\"ann\"", "\"name\":\"Ann \\u00e9 \\\"x\\\"\"")]
    [InlineData("\"name\":\"ann\"", "\"name\":\"日本語\"")]
    [InlineData("\"sipUser\":\"ann\"", "\"sipUser\":\"anne\"")]
    [InlineData("\"weight\":1", "\"weight\":17")]
    [InlineData("\"weight\":1", "\"team\":\"north\",\"weight\":1")]
    [InlineData("\"weight\":1", "\"attributes\":[{\"name\":\"site\",\"value\":\"berlin\"}],\"weight\":1")]
    [InlineData("\"weight\":1", "\"since\":{\"year\":[2026,{}]},\"weight\":1")]
    [InlineData("\"weight\":1", "\"team\":null,\"weight\":1")]
    [InlineData("\"weight\":1", "\"weight\":1,\"weight\":3")]
    [InlineData("\"onRegister\":\"Nothing\"", "\"onRegister\":\"Ready\"")]
    [InlineData("\"onRegister\":\"Nothing\"", "\"onRegister\":\"nothing\"")]
    [InlineData("\"onRegister\":\"Nothing\"", "\"onRegister\":0")]
    [InlineData("{\"id\":\"ann\",\"name\":\"ann\",", "{\"name\":\"ann\",\"id\":\"ann\",")]
    [InlineData("\"id\":\"ann\"", "\"\\u0069d\":\"\\u0061nn\"")]
    [InlineData("", "")]
    public void An_agent_reads_as_the_generated_reader_reads_it(string written, string instead)
    {
        string json = Json(Usual);
        Assert.Contains(written, json, StringComparison.Ordinal);
        json = written.Length == 0 ? json : json.Replace(written, instead, StringComparison.Ordinal);

        DomainConfiguration generated = JsonSerializer.Deserialize(json, ContractsJson.Default.DomainConfiguration)!;

        Assert.Equal(ConfigurationCodec.ToJson(generated), ConfigurationCodec.ToJson(ConfigurationCodec.FromJson(Encoding.UTF8.GetBytes(json))));
    }

    [Theory]
    [InlineData("\"id\":\"ann\",", "")]
    [InlineData("\"id\":\"ann\",", "\"id\":\"an agent\",")]
    [InlineData("\"id\":\"ann\",", "\"id\":null,")]
    [InlineData("\"name\":\"ann\",", "")]
    [InlineData("\"sipUser\":\"ann\",", "")]
    [InlineData("\"ha1Md5\":\"0123\",", "")]
    [InlineData("\"ha1Sha256\":\"4567\",", "")]
    [InlineData("\"weight\":1", "\"weight\":1.5")]
    [InlineData("\"weight\":1", "\"weight\":99999999999")]
    [InlineData("\"weight\":1", "\"weight\":\"1\"")]
    [InlineData("\"onRegister\":\"Nothing\"", "\"onRegister\":\"whenever\"")]
    [InlineData("\"skills\":[", "\"skills\":{[")]
    [InlineData("\"agents\":[", "\"agents\":[7,")]
    public void What_the_generated_reader_refuses_is_refused(string written, string instead)
    {
        string json = Json(Usual);
        Assert.Contains(written, json, StringComparison.Ordinal);
        json = json.Replace(written, instead, StringComparison.Ordinal);

        Assert.ThrowsAny<JsonException>(() => JsonSerializer.Deserialize(json, ContractsJson.Default.DomainConfiguration));
        Assert.ThrowsAny<JsonException>(() => ConfigurationCodec.FromJson(Encoding.UTF8.GetBytes(json)));
    }

    [Fact]
    public void A_name_that_is_the_id_again_is_the_same_string_and_another_is_not()
    {
        AgentConfiguration read = ConfigurationCodec.FromJson(Encoding.UTF8.GetBytes(Json(Usual with { SipUser = "ann2" }))).Agents[0];

        Assert.Same(read.Id.Value, read.Name);
        Assert.Equal("ann2", read.SipUser);
    }

    private static string Json(AgentConfiguration agent) => Encoding.UTF8.GetString(ConfigurationCodec.ToJson(new DomainConfiguration { Domain = DomainId.Of("d"), Realm = "d", Agents = [agent] }));
}
