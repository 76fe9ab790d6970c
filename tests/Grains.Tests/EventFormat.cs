using System.Globalization;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using System.Xml.Linq;
using Routing.Contracts.Commands;
using Routing.Contracts.Configuration;
using Routing.Contracts.Events;
using Routing.Contracts.Ids;
using Routing.Contracts.Serialization;
using Xunit;

namespace Routing.Grains.Tests;

/// <summary>
/// src/Contracts/Formats/Events.md documents version 1 of the events with a sample of each: all that it shows must be read and written for ever, fields may come.
/// <c>ROUTING_UPDATE_SNAPSHOTS=1 dotnet test tests/Grains.Tests --filter EventFormat</c> writes it anew from a run, for people to compare.
/// </summary>
public sealed class EventFormat
{
    private const string Fence = "```";

    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Every event by its name, in the order of the contract.</summary>
    private static readonly JsonDerivedTypeAttribute[] Events = [.. typeof(DomainEvent).GetCustomAttributes<JsonDerivedTypeAttribute>()];

    [Fact]
    public void Each_event_is_documented_with_a_sample_that_is_read_and_written_as_it_stands()
    {
        if (Environment.GetEnvironmentVariable("ROUTING_UPDATE_SNAPSHOTS") == "1")
        {
            File.WriteAllText(DocumentPath(), Document());
        }

        List<JsonNode> samples = Samples(File.ReadAllText(DocumentPath()));

        Assert.Equal(Events.Select(static known => (string)known.TypeDiscriminator!), samples.Select(static sample => sample["type"]!.GetValue<string>()));
        foreach (JsonNode sample in samples)
        {
            DomainEvent read = JsonSerializer.Deserialize(sample.ToJsonString(), ContractsJson.Default.DomainEvent)!;
            JsonNode written = JsonNode.Parse(JsonSerializer.Serialize(read, ContractsJson.Default.DomainEvent))!;
            Assert.Equal([], Lost(sample["type"]!.GetValue<string>(), sample, written));
        }
    }

    [Fact]
    public void A_field_that_is_gone_or_means_something_else_is_found()
    {
        JsonNode sample = JsonNode.Parse("""{"a":1,"b":{"c":[{"d":"x"},2]}}""")!;

        Assert.Empty(Lost("e", sample, JsonNode.Parse("""{"new":0,"b":{"c":[{"d":"x","more":1},2]},"a":1}""")));
        Assert.Equal(["e.a", "e.b.c[0].d"], Lost("e", sample, JsonNode.Parse("""{"b":{"c":[{"d":"y"},2]}}""")));
    }

    /// <summary>What stands in the one and not, or otherwise, in the other.</summary>
    private static List<string> Lost(string at, JsonNode? shown, JsonNode? written) => (shown, written) switch
    {
        (JsonObject from, JsonObject to) => [.. from.SelectMany(pair => Lost($"{at}.{pair.Key}", pair.Value, to[pair.Key]))],
        (JsonArray from, JsonArray to) when from.Count == to.Count => [.. from.SelectMany((item, index) => Lost($"{at}[{index}]", item, to[index]))],
        _ => JsonNode.DeepEquals(shown, written) ? [] : [at],
    };

    private static List<JsonNode> Samples(string document) =>
        [.. document.Split(Fence).Where(static (_, index) => index % 2 == 1).Select(static block => JsonNode.Parse(block[(block.IndexOf('\n', StringComparison.Ordinal) + 1)..])!).Where(static sample => sample["type"] is not null)];

    private static string DocumentPath([CallerFilePath] string file = "") =>
        Path.Combine(Path.GetDirectoryName(file)!, "..", "..", "src", "Contracts", "Formats", "Events.md");

    private static string Document()
    {
        Dictionary<Type, DomainEvent> run = Run();
        XDocument words = XDocument.Load(Path.ChangeExtension(typeof(DomainEvent).Assembly.Location, ".xml"));
        StringBuilder text = new(Introduction);
        foreach (JsonDerivedTypeAttribute known in Events)
        {
            string summary = words.Descendants("member").First(member => member.Attribute("name")!.Value == "T:" + known.DerivedType.FullName).Element("summary")!.Value;
            JsonNode sample = JsonNode.Parse(JsonSerializer.Serialize(run[known.DerivedType], ContractsJson.Default.DomainEvent))!;
            text.Append(CultureInfo.InvariantCulture, $"\n## {known.TypeDiscriminator}\n\n{string.Join(' ', summary.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries))}\n\n{Fence}json\n{sample.ToJsonString(Indented)}\n{Fence}\n");
        }

        return text.ToString();
    }

    /// <summary>The last of each kind in a short story, so that most fields have a value.</summary>
    private static Dictionary<Type, DomainEvent> Run()
    {
        DomainConfiguration demo = Configurations.Demo();
        TestDomain domain = new(demo);
        Dictionary<Type, DomainEvent> seen = new() { [typeof(AgentHealed)] = new AgentHealed(AgentId.Of("bob"), "offered a call that does not ring") };
        Action[] story =
        [
            () => domain.Register("bob"),
            () => domain.Arrive("c1"),
            () => domain.Answer("c1"),
            () => domain.Arrive("c2"),
            () => domain.Wait(5_000),
            () => domain.Send(new ApplyConfiguration(demo with { Agents = [.. demo.Agents.Where(static agent => agent.Id.Value != "carol")], Queues = [.. demo.Queues.Take(2)], Numbers = [.. demo.Numbers.Take(3)] })),
        ];
        foreach (Action step in story)
        {
            step();
            foreach (DomainEvent made in domain.Last.Events)
            {
                seen[made.GetType()] = made;
            }
        }

        return seen;
    }

    private const string Introduction = """
        # Events, version 1

        A committed fact each, as JSON. The events of a turn are told together, in order, and only after the commit:

        ```json
        { "sequence": 4711, "atMs": 1795338000000, "events": [] }
        ```

        `sequence` numbers the turns of a domain, rising; a turn without events leaves a gap. `atMs` is the domain's time, Unix milliseconds, and so is every field whose name ends in `Ms` unless it is a
        duration (`waitedMs`, `idleMs`), which is in milliseconds. `type` names the event. Fields without a value are left out. Who reads must pass over events, fields and words that it does not know:
        such may come. What version 1 has, names, types and meanings, stays; a change that breaks readers gets a new version beside this one.

        """;
}
