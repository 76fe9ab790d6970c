using System.Text.Json.Nodes;
using Routing.Contracts.Configuration;
using Routing.Silo.Configuration;
using Xunit;

namespace Routing.Silo.Tests.Configuration;

/// <summary>The schema that editors use says the same as the loader.</summary>
public sealed class SchemaTests
{
    private static readonly JsonObject Schema = JsonNode.Parse(Repository.Read("deploy/routing.schema.json"))!.AsObject();

    public static TheoryData<string, string[]> Mappings => new()
    {
        { "", ConfigurationKeys.Domain },
        { "agent", ConfigurationKeys.Agent },
        { "queue", ConfigurationKeys.Queue },
        { "ring", ConfigurationKeys.Ring },
        { "borrow", ConfigurationKeys.Borrow },
        { "prefer", ConfigurationKeys.Prefer },
        { "failure", ConfigurationKeys.Failure },
        { "reserve", ConfigurationKeys.Reserve },
        { "number", ConfigurationKeys.Number },
        { "overflow", ConfigurationKeys.Overflow },
        { "route", ConfigurationKeys.Route },
        { "condition", ConfigurationKeys.Condition },
        { "header", ConfigurationKeys.Header },
        { "calendar", ConfigurationKeys.Calendar },
        { "hours", ConfigurationKeys.Hours },
        { "holiday", ConfigurationKeys.Holiday },
        { "announcement", ConfigurationKeys.Announcement },
        { "trunk", ConfigurationKeys.Trunk },
        { "apiKey", ConfigurationKeys.ApiKey },
    };

    [Theory]
    [MemberData(nameof(Mappings))]
    public void Schema_and_loader_know_the_same_keys(string definition, string[] keys)
    {
        JsonNode mapping = definition.Length == 0 ? Schema : Schema["$defs"]![definition]!;

        Assert.Equal(keys, mapping["properties"]!.AsObject().Select(property => property.Key));
        Assert.False(mapping["additionalProperties"]!.GetValue<bool>());
    }

    [Fact]
    public void Every_set_of_keys_of_the_loader_is_a_definition_of_the_schema_and_every_definition_with_keys_one_of_the_loader()
    {
        string[] compared = [.. Mappings.Select(row => (string)row[0])];
        IEnumerable<string[]> sets = typeof(ConfigurationKeys).GetFields().Select(field => field.GetValue(null)).OfType<string[]>();
        string[] defined = [.. Schema["$defs"]!.AsObject().Where(definition => definition.Value!["properties"] is not null).Select(definition => definition.Key)];

        Assert.All(sets, set => Assert.Contains(Mappings, row => ReferenceEquals(row[1], set)));
        Assert.Equal(defined.Append("").Order(StringComparer.Ordinal), compared.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Every_key_of_the_schema_says_what_it_is_for()
    {
        IEnumerable<JsonNode> mappings = [Schema, .. Schema["$defs"]!.AsObject().Select(definition => definition.Value!)];
        string[] silent =
        [
            .. mappings.Where(mapping => mapping["properties"] is not null)
                .SelectMany(mapping => mapping["properties"]!.AsObject())
                .Where(property => property.Value!["description"] is not { } text || text.GetValue<string>().Length < 10)
                .Select(property => property.Key),
        ];

        Assert.Empty(silent);
    }

    [Theory]
    [InlineData("deploy/demo.yaml")]
    [InlineData("load-tests/bench.yaml")]
    public void Our_files_satisfy_schema_and_loader(string file)
    {
        Assert.Empty(new SchemaCheck(Schema).Violations(YamlAsJson.Read(Repository.Read(file))));
        Assert.Empty(ConfigurationLoader.Load(file, Repository.Read(file)).Mistakes);
    }

    [Theory]
    [InlineData("domain: d\nqueus: []")]
    [InlineData("realm: d")]
    [InlineData("domain: d\nqueues: [ { id: q, ringTimeout: 3 } ]")]
    [InlineData("domain: d\nqueues: [ { id: q, wrapUp: soon } ]")]
    [InlineData("domain: d\nqueues: [ { id: q, strategy: best } ]")]
    [InlineData("domain: d\nqueues: [ { id: q, needs: { english: 11 } } ]")]
    [InlineData("domain: d\nagents: [ { id: a, password: x, weight: 0 } ]")]
    [InlineData("domain: d\nqueues: [ { id: q, offers: 0 } ]")]
    [InlineData("domain: d\nqueues: [ { id: q, offers: 51 } ]")]
    [InlineData("domain: d\nagents: [ { id: a, password: x, weight: 1001 } ]")]
    [InlineData("domain: d\norder: fifo")]
    [InlineData("domain: d\nageing: 30")]
    [InlineData("domain: d\nqueues: [ { id: q, weight: 1001 } ]")]
    [InlineData("domain: d\nqueues: [ { id: q } ]\nreserves: [ { name: vip, keep: 0, queues: [q] } ]")]
    [InlineData("domain: d\nqueues: [ { id: q } ]\nreserves: [ { name: vip, queues: [q] } ]")]
    [InlineData("domain: d\nqueues: [ { id: q } ]\nreserves: [ { name: vip, keep: 1 } ]")]
    [InlineData("domain: d\nqueues: [ { id: q, rings: [ { needs: {} } ] } ]")]
    [InlineData("domain: d\nqueues: [ { id: q, rings: [ { after: 30s } ] } ]")]
    [InlineData("domain: d\nqueues: [ { id: q, needs: [english] } ]")]
    [InlineData("domain: d\nqueues: [ { id: q, prefer: { hold: 20s } } ]")]
    [InlineData("domain: d\nqueues: [ { id: q, prefer: { agent: last agent } } ]")]
    [InlineData("domain: d\nagents: [ { id: a, password: x, attributes: [paris] } ]")]
    [InlineData("domain: d\nteams: [one, one]")]
    [InlineData("domain: d\nqueues: [ { id: q, rejectStatus: 200 } ]")]
    [InlineData("domain: d\nagents: [ { id: a b, password: x } ]")]
    [InlineData("domain: d\nnumbers: [ { number: \"1\" } ]")]
    public void What_the_loader_refuses_the_schema_refuses(string yaml)
    {
        Assert.NotEmpty(ConfigurationLoader.Load("f.yaml", yaml).Mistakes);
        Assert.NotEmpty(new SchemaCheck(Schema).Violations(YamlAsJson.Read(yaml)));
    }

    [Fact]
    public void Every_strategy_of_the_schema_is_one_of_the_brain_by_its_name_and_none_is_missing()
    {
        JsonArray names = Schema["$defs"]!["queue"]!["properties"]!["strategy"]!["enum"]!.AsArray();
        List<AgentStrategy> read = [];
        foreach (JsonNode? name in names)
        {
            ConfigurationResult result = ConfigurationLoader.Load("f.yaml", $"domain: d\nagents: [ {{ id: a, password: x, weight: 7 }} ]\nqueues: [ {{ id: q, strategy: {name} }} ]");
            Assert.Equal(7, result.Configuration!.Agents[0].Weight);
            read.Add(result.Configuration.Queues[0].Strategy);
        }

        Assert.Equal(Enum.GetValues<AgentStrategy>(), read);
    }
}
