using System.Text.Json;
using System.Text.Json.Nodes;
using Routing.Contracts.Commands;
using Routing.Contracts.Configuration;
using Routing.Contracts.Explanations;
using Routing.Contracts.Serialization;
using Routing.Silo.Configuration;
using Routing.Silo.Tests.Commands;
using Xunit;

namespace Routing.Silo.Tests.Configuration;

/// <summary>
/// Configurations that seeds draw: good by loader and schema, the same after a round trip, in force on a running domain where calls wait, with explanations that agree with a judge who reads needs as
/// they are written and knows nothing of the program. And each with one mistake, which is told once and where it stands. A failure names its seed.
/// </summary>
public sealed class DrawnConfigurationTests
{
    private const int SeedsCount = 60;

    private static readonly JsonObject Schema = JsonNode.Parse(Repository.Read("deploy/routing.schema.json"))!.AsObject();

    /// <summary>What is spoilt: a text of an entry, what stands in its place, and a word of what is told.</summary>
    public static TheoryData<string, string, string> Spoilers => new()
    {
        { "skills: [english", "skills: [english, english", "there twice" },
        { "id: a3", "id: a3 b", "not a valid id" },
        { "id: a3", "id: a2", "there twice" },
        { "id: a3", "id: a3, wieght: 2", "unknown key 'wieght'" },
        { "password: \"{id}-long-enough\"", "password: ~", "is null" },
        { "id: q2", "id: q2, serviceLevel: 5s, serviceLevel: 6s", "there twice" },
        { "id: q2", "id: q2, serviceLevel: 25h", "not a duration" },
        { "id: q2", "id: q2, rejectStatus: 200", "not a whole number from 400 to 699" },
        { "id: q2", "id: q2, timeout: 5s, overflowTo: q9", "there is no queue 'q9'" },
        { "id: q2", "id: q2, timeout: 5s, overflowTo: q2", "overflows to itself" },
        { "id: q2", "id: q2, overflow: [{ on: full, queue: q1 }]", "size: is missing" },
        { "id: q2", "id: q2, overflow: [{ on: closed, calendar: offices, queue: q1 }]", "there is no calendar 'offices'" },
        { "id: q2", "id: q2, onDecline: { agent: ready, after: 2 }", "only 'onNoAnswer' counts" },
        { "name: vip", "name: some", "there twice" },
        { "days: ", "days: noday, days: ", "there twice" },
        { "number: \"102\"", "number: \"101\"", "there twice" },
        { "number: \"102\"", "number: \"102\", reject: 603", "leads to a queue and elsewhere" },
        { "number: \"102\"", "number: \"102\", prefer: { agent: nobody }", "there is no agent 'nobody'" },
        { "role: admin", "role: boss", "is not known" },
    };

    [Fact]
    public void A_drawn_configuration_is_good_by_loader_and_schema_and_outlives_a_round_trip()
    {
        for (int seed = 1; seed <= SeedsCount; seed++)
        {
            string yaml = new DrawnConfiguration(seed).Yaml;
            ConfigurationResult read = ConfigurationLoader.Load("f.yaml", yaml);
            Assert.True(read.Mistakes.Count == 0, $"seed {seed}: {string.Join('\n', read.Mistakes)}\n{yaml}");
            Assert.True(!new SchemaCheck(Schema).Violations(YamlAsJson.Read(yaml)).Any(), $"seed {seed}: {string.Join('\n', new SchemaCheck(Schema).Violations(YamlAsJson.Read(yaml)))}\n{yaml}");

            byte[] json = Json(read.Configuration!);
            Assert.True(json.AsSpan().SequenceEqual(Json(JsonSerializer.Deserialize(json, ContractsJson.Default.DomainConfiguration)!)), $"seed {seed} changes in a round trip");
        }
    }

    [Theory]
    [MemberData(nameof(Spoilers))]
    public void One_mistake_is_told_once_in_its_line(string good, string bad, string told)
    {
        ArgumentNullException.ThrowIfNull(good);
        for (int seed = 1; seed <= SeedsCount; seed += 7)
        {
            string yaml = new DrawnConfiguration(seed).Yaml;
            int at = yaml.IndexOf(good, StringComparison.Ordinal);
            string spoilt = yaml[..at] + bad + yaml[(at + good.Length)..];

            // A name that was taken away is missed elsewhere: told too, and at another place.
            ConfigurationMistake[] found = [.. ConfigurationLoader.Load("f.yaml", spoilt).Mistakes];
            ConfigurationMistake[] here = [.. found.Where(mistake => mistake.ToString().Contains(told, StringComparison.Ordinal))];

            Assert.True(here.Length == 1, $"seed {seed}: {string.Join('\n', found)}\n{spoilt}");
            Assert.True(here[0].Line == yaml.AsSpan(0, at).Count('\n') + 1, $"seed {seed}: {here[0]}\n{spoilt}");
        }
    }

    [Fact]
    public async Task Each_is_put_in_force_while_calls_wait_and_explanations_say_what_it_says()
    {
        await using RunningServer server = await RunningServer.StartAsync();
        long version = 1;
        for (int seed = 1; seed <= SeedsCount; seed++)
        {
            DrawnConfiguration drawn = new(seed);
            DomainConfiguration configuration = ConfigurationLoader.Load("f.yaml", drawn.Yaml).Configuration!;

            // Nobody logs in, so that every call waits; deadlines of rings do not pass in the time of the test. Calls of former seeds wait too, and get the new rules.
            ConfigurationReply reply = (ConfigurationReply)await server.AskAsync(new ApplyConfiguration(configuration with { Numbers = [.. configuration.Numbers.Select(static number => number with { Routes = [] })] }));
            Assert.True(reply.IsOk && reply.Version == ++version, $"seed {seed}: {reply}");
            for (int queue = 1; queue <= 4 && seed % 20 == 1; queue++)
            {
                await server.CallAsync($"c{seed}-{queue}", $"10{queue}");
            }

            foreach ((string call, string queue) in Calls(seed))
            {
                CallExplanation why = (CallExplanation)(await server.ExplainAsync(call))!;
                (int afterMs, DrawnConfiguration.Needs needs) = drawn.Queues[queue][why.Ring];
                string[] able = [.. drawn.Agents.Where(agent => needs(agent)).Select(static agent => agent.Id)];
                string said = $"seed {seed}, {call} in {queue}: {why.CouldServe} could serve {why.Needs}, by the text {string.Join(' ', able)}; {why.Reason}\n{drawn.Yaml}";
                Assert.True(why.ConfigurationVersion == version && why.Rings == drawn.Queues[queue].Count && afterMs <= why.AtMs - why.Call.EnqueuedMs, said);
                Assert.True(why.CouldServe == able.Length && why.Agents.Sum(static group => group.Count) == able.Length, said);
                Assert.True(why.Agents.SelectMany(static group => group.First).Select(static agent => agent.Value).All(able.Contains), said);
                Assert.True(why.Reason == (able.Length == 0 ? CallExplanation.NobodyHasTheNeeds : CallExplanation.NobodyLoggedIn), said);
            }
        }
    }

    /// <summary>Those that came so far.</summary>
    private static IEnumerable<(string Call, string Queue)> Calls(int until) =>
        from seed in Enumerable.Range(1, until).Where(static seed => seed % 20 == 1)
        from queue in Enumerable.Range(1, 4)
        select ($"c{seed}-{queue}", $"q{queue}");

    private static byte[] Json(DomainConfiguration configuration) => JsonSerializer.SerializeToUtf8Bytes(configuration, ContractsJson.Default.DomainConfiguration);
}
