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
using Routing.Contracts.Views;
using Xunit;

namespace Routing.Grains.Tests;

/// <summary>
/// src/Contracts/Formats/Events.md documents version 1 of the events with a sample of each: all that it shows must be read and written for ever, fields may come.
/// <c>ROUTING_UPDATE_SNAPSHOTS=1 dotnet test tests/Grains.Tests --filter EventFormat</c> writes it anew from a run, for people to compare.
/// </summary>
public sealed class EventFormat
{
    private const string Fence = "```";
    private const string WordsHeading = "## Words";

    private static readonly string[] SecretWords = ["password", "secret", "sha256", "ha1", "digest", "apikey", "credential", "source"];

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
    public void Every_word_of_an_enumeration_is_documented_and_none_that_is_not_there()
    {
        string document = File.ReadAllText(DocumentPath());

        Assert.Equal(WordsText().Trim(), document[document.IndexOf(WordsHeading, StringComparison.Ordinal)..].Trim());
        Assert.Contains("`WrapUp`", document, StringComparison.Ordinal);
    }

    [Fact]
    public void No_event_can_hold_a_secret_or_a_configuration()
    {
        HashSet<Type> types = Reachable();

        Assert.Contains(typeof(CallView), types);
        Assert.DoesNotContain(types, static type => type == typeof(DomainConfiguration) || type == typeof(EdgeConfiguration) || type == typeof(ApiKeyConfiguration));
        Assert.DoesNotContain(
            types.SelectMany(static type => type.GetProperties().Select(property => $"{type.Name}.{property.Name}")),
            static name => SecretWords.Any(word => name.Contains(word, StringComparison.OrdinalIgnoreCase)));
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
        [.. document.Split(Fence).Where(static (block, index) => index % 2 == 1 && block.StartsWith("json", StringComparison.Ordinal)).Select(static block => JsonNode.Parse(block[(block.IndexOf('\n', StringComparison.Ordinal) + 1)..])!).Where(static sample => sample["type"] is not null)];

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

        return text.Append(WordsText()).ToString();
    }

    /// <summary>Every enumeration with its words, as the document lists them.</summary>
    private static string WordsText()
    {
        StringBuilder text = new($"\n{WordsHeading}\n\n");
        HashSet<Type> reachable = Reachable();
        foreach (Type type in reachable.Where(static type => type.IsEnum).OrderBy(static type => type.Name, StringComparer.Ordinal))
        {
            IEnumerable<string> fields = reachable.Where(static owner => !owner.IsEnum).SelectMany(owner => owner.GetProperties().Where(field => (Nullable.GetUnderlyingType(field.PropertyType) ?? field.PropertyType) == type)
                .Select(field => $"`{Camel(owner.Name.Replace("View", string.Empty, StringComparison.Ordinal))}.{Camel(field.Name)}`")).Order(StringComparer.Ordinal);
            text.Append(CultureInfo.InvariantCulture, $"- {string.Join(", ", fields)}: {string.Join(", ", Enum.GetNames(type).Select(static name => $"`{name}`"))}\n");
        }

        return text.ToString();
    }

    private static string Camel(string name) => JsonNamingPolicy.CamelCase.ConvertName(name);

    /// <summary>Every type of ours that an event can hold, as it is serialised.</summary>
    private static HashSet<Type> Reachable()
    {
        HashSet<Type> found = [];
        Queue<Type> left = new(Events.Select(static known => known.DerivedType));
        while (left.TryDequeue(out Type? next))
        {
            Type type = Nullable.GetUnderlyingType(next) ?? next;
            foreach (Type argument in type.IsGenericType ? type.GetGenericArguments() : [])
            {
                left.Enqueue(argument);
            }

            if (type.Assembly != typeof(DomainEvent).Assembly || !found.Add(type) || type.IsEnum)
            {
                continue;
            }

            foreach (JsonDerivedTypeAttribute derived in type.GetCustomAttributes<JsonDerivedTypeAttribute>(inherit: false))
            {
                left.Enqueue(derived.DerivedType);
            }

            foreach (PropertyInfo property in type.GetProperties(BindingFlags.Public | BindingFlags.Instance))
            {
                left.Enqueue(property.PropertyType);
            }
        }

        return found;
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

        ## Reading them

        `GET /api/v1/events`, of a named domain `/api/v1/domains/{domain}/events`, with a key of the role supervisor or admin (events name callers and agents). The query takes `after` (a turn; 0 is the oldest
        that is kept; without it, what comes from now on), `limit` (turns, at most 1000, 500 without it) and `wait` (seconds up to 30: when there is nothing yet, the answer comes with the next commit):

        ```sh
        curl -H 'Authorization: Bearer demo-admin' 'http://127.0.0.1:8080/api/v1/events?after=4710&wait=30'
        ```

        The answer is `{"turns":[…],"next":4711,"latest":4711}`: turns as above, oldest first; send `next` as `after` of the next request. With `next` below `latest` there is more now. A page may have fewer turns
        than its limit, and a poll that waited in vain has none.

        Exactly once, from a state: read the state (`GET agents`, `queues`, `calls`), begin with the least `sequence` of these answers, and store `next` in the transaction that stores what the turns made of your
        data: after a crash you go on with what is stored. Turns are never told out of order or left out; a request that is repeated gives the same turns again, and who does not store `next` with the data
        passes over turns up to the last one that it has. An event about an agent, queue or call has all of it, so to take one again changes nothing.

        Events are kept for 24 hours. 410 says that turns after `after` may be gone, or that `after` is not in the log (the store was brought back from an older copy, and turns are numbered anew): read the state
        again as above. Then go on with `latest` of the problem only if the state does not matter. After a day without events it may come though nothing is missing; after a restore from a copy begin anew in any
        case, since the numbers may have been reached again. 429: 16 requests of a key may be open at once, 256 of a process. 503: the domain is on its way to another owner; the same request again, a little later.

        """;
}
