using System.Text.Json;
using Routing.Gateway.Tests.Api;
using Routing.TestKit.Formats;
using Xunit;

namespace Routing.Gateway.Tests.Formats;

/// <summary>What a client of the REST API may rely on, of the OpenAPI document: routes, parameters, answers, fields with their types, words of enumerations.</summary>
public sealed class RestFormatTests
{
    [Fact]
    public async Task A_client_of_version_1_finds_all_that_it_relies_on()
    {
        await using WebServer server = await WebServer.StartAsync();
        JsonElement document = await server.GetAsync("/openapi/v1.json", key: null);
        List<string> lines = [];
        foreach (JsonProperty path in document.GetProperty("paths").EnumerateObject())
        {
            foreach (JsonProperty operation in path.Value.EnumerateObject())
            {
                Describe($"{operation.Name} {path.Name}", operation.Value, lines);
            }
        }

        foreach (JsonProperty schema in document.GetProperty("components").GetProperty("schemas").EnumerateObject())
        {
            Describe(schema, lines);
        }

        Assert.Empty(FrozenFormat.Compare("rest.v1.txt", lines));
    }

    private static void Describe(string name, JsonElement operation, List<string> lines)
    {
        if (operation.TryGetProperty("parameters", out JsonElement parameters))
        {
            lines.AddRange(parameters.EnumerateArray().Select(parameter => $"{name} takes {parameter.GetProperty("in").GetString()} {parameter.GetProperty("name").GetString()}"));
        }

        foreach (JsonProperty answer in operation.GetProperty("responses").EnumerateObject())
        {
            IEnumerable<string> contents = answer.Value.TryGetProperty("content", out JsonElement content)
                ? content.EnumerateObject().Select(static one => $"{one.Name} {(one.Value.TryGetProperty("schema", out JsonElement schema) ? TypeOf(schema) : string.Empty)}")
                : [];
            lines.Add($"{name} answers {answer.Name} {string.Join(", ", contents)}".TrimEnd());
        }
    }

    private static void Describe(JsonProperty schema, List<string> lines)
    {
        if (schema.Value.TryGetProperty("enum", out JsonElement words))
        {
            lines.AddRange(words.EnumerateArray().Select(word => $"{schema.Name} has the word {word}"));
        }

        if (schema.Value.TryGetProperty("properties", out JsonElement properties))
        {
            HashSet<string?> required = [.. schema.Value.TryGetProperty("required", out JsonElement list) ? list.EnumerateArray().Select(static field => field.GetString()) : []];
            lines.AddRange(properties.EnumerateObject().Select(field => $"{schema.Name}.{field.Name}{(required.Contains(field.Name) ? string.Empty : "?")}: {TypeOf(field.Value)}"));
        }
    }

    private static string Names(JsonElement type) => type.ValueKind == JsonValueKind.Array ? string.Join(" or ", type.EnumerateArray()) : type.ToString();

    private static string TypeOf(JsonElement schema)
    {
        if (schema.TryGetProperty("$ref", out JsonElement reference))
        {
            return reference.GetString()!.Split('/')[^1];
        }

        string items = schema.TryGetProperty("items", out JsonElement item) ? $" of {TypeOf(item)}" : string.Empty;
        string format = schema.TryGetProperty("format", out JsonElement named) ? $" ({named.GetString()})" : string.Empty;
        string either = schema.TryGetProperty("oneOf", out JsonElement some) ? string.Join(" or ", some.EnumerateArray().Select(TypeOf)) : string.Empty;
        return $"{(schema.TryGetProperty("type", out JsonElement type) ? Names(type) : either)}{items}{format}";
    }
}
