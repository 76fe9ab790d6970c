using System.Text.Json.Nodes;
using Routing.TestKit.Formats;
using Xunit;

namespace Routing.Gateway.Tests.Formats;

/// <summary>The keys of a configuration file, their types, choices and limits, as deploy/routing.schema.json has them.</summary>
public sealed class ConfigurationFormatTests
{
    private static readonly string[] Descriptions = ["description", "title", "$schema", "$defs", "properties", "examples", "default", "enum"];

    [Fact]
    public void A_configuration_that_version_1_took_is_taken()
    {
        JsonObject schema = JsonNode.Parse(File.ReadAllText(Path.Combine(FrozenFormat.Root(), "deploy", "routing.schema.json")))!.AsObject();
        List<string> lines = [];
        Describe("domain", schema, lines);
        foreach ((string name, JsonNode? definition) in schema["$defs"]!.AsObject())
        {
            Describe(name, definition!.AsObject(), lines);
        }

        Assert.Empty(FrozenFormat.Compare("configuration.v1.txt", lines));
    }

    private static void Describe(string name, JsonObject definition, List<string> lines)
    {
        AddWords(name, definition, lines);
        if (definition["properties"] is not JsonObject properties)
        {
            lines.Add($"{name} is {Text(definition)}");
            return;
        }

        // A key that is required may become optional; one that becomes required breaks files.
        HashSet<string> required = [.. definition["required"] is JsonArray list ? list.Select(static key => key!.GetValue<string>()) : []];
        foreach ((string key, JsonNode? value) in properties)
        {
            AddWords($"{name}.{key}", value!.AsObject(), lines);
            lines.Add($"{name}.{key}{(required.Contains(key) ? " (required)" : string.Empty)}: {Text(value.AsObject())}".TrimEnd());
        }
    }

    /// <summary>One a line: further words may come.</summary>
    private static void AddWords(string at, JsonObject definition, List<string> lines)
    {
        if (definition["enum"] is JsonArray words)
        {
            lines.AddRange(words.Select(word => $"{at} may be {word}"));
        }
    }

    private static string Text(JsonObject definition) =>
        string.Join(' ', definition.Where(static pair => !Descriptions.Contains(pair.Key)).Select(static pair => $"{pair.Key}={WithoutWords(pair.Value).ToJsonString()}"));

    private static JsonNode WithoutWords(JsonNode? node)
    {
        JsonNode copy = node!.DeepClone();
        Strip(copy);
        return copy;
    }

    private static void Strip(JsonNode? node)
    {
        switch (node)
        {
            case JsonObject entry:
                entry.Remove("description");
                foreach ((_, JsonNode? value) in entry)
                {
                    Strip(value);
                }

                break;
            case JsonArray list:
                foreach (JsonNode? item in list)
                {
                    Strip(item);
                }

                break;
            default:
                break;
        }
    }
}
