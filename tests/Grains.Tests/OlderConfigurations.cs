using System.Text;
using System.Text.Json.Nodes;
using Routing.Contracts.Configuration;
using Routing.Contracts.Ids;
using Routing.Grains.Configuration;
using Xunit;

namespace Routing.Grains.Tests;

/// <summary>Configurations that an earlier version stored: what they do not say has its default, not the zero of its type.</summary>
public sealed class OlderConfigurations
{
    private static readonly DomainConfiguration Now = new()
    {
        Domain = DomainId.Of("d"),
        Realm = "d",
        Agents = [new AgentConfiguration { Id = AgentId.Of("a"), Name = "A", SipUser = "a", Ha1Md5 = "0", Ha1Sha256 = "0" }],
        Queues = [new QueueConfiguration { Id = QueueId.Of("q"), Name = "Q" }],
        Numbers = [new NumberConfiguration("1", QueueId.Of("q"))],
    };

    [Theory]
    [InlineData("agents", "weight")]
    [InlineData("queues", "offers", "weight", "rings", "overflow")]
    [InlineData("numbers", "routes")]
    [InlineData(null, "teams", "attributes", "order", "ageingMs", "reserves", "calendars")]
    public void A_key_that_the_first_version_did_not_have_reads_as_its_default(string? list, params string[] later)
    {
        var json = JsonNode.Parse(ConfigurationCodec.ToJson(Now))!.AsObject();
        JsonObject of = list is null ? json : json[list]![0]!.AsObject();
        foreach (string key in later)
        {
            Assert.True(of.Remove(key), key);
        }

        DomainConfiguration read = ConfigurationCodec.FromJson(Encoding.UTF8.GetBytes(json.ToJsonString()));

        Assert.Equal(ConfigurationCodec.ToJson(Now), ConfigurationCodec.ToJson(read));
    }
}
