using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Routing.Silo.Tests.Configuration;

/// <summary>The part of JSON Schema 2020-12 that our schema uses; a keyword that it does not know fails the test.</summary>
internal sealed class SchemaCheck(JsonObject root)
{
    public IEnumerable<string> Violations(JsonNode? value) => Check(root, value, "$");

    private IEnumerable<string> Check(JsonObject schema, JsonNode? value, string path) =>
        schema.SelectMany(keyword => Keyword(schema, keyword.Key, keyword.Value!, value, path));

    private IEnumerable<string> Keyword(JsonObject schema, string keyword, JsonNode rule, JsonNode? value, string path) => keyword switch
    {
        "$schema" or "title" or "description" or "$defs" => [],
        "$ref" => Check(root["$defs"]![rule.GetValue<string>()["#/$defs/".Length..]]!.AsObject(), value, path),
        "type" => Types(rule).Contains(TypeOf(value)) ? [] : [$"{path}: is {TypeOf(value)}, not {rule.ToJsonString()}"],
        "enum" => rule.AsArray().Any(allowed => JsonNode.DeepEquals(allowed, value)) ? [] : [$"{path}: not one of {rule.ToJsonString()}"],
        "pattern" => value is JsonValue text && text.TryGetValue(out string? s) && !Regex.IsMatch(s, rule.GetValue<string>()) ? [$"{path}: '{s}' does not match"] : [],
        "minLength" => value is JsonValue text && text.TryGetValue(out string? s) && s.Length < rule.GetValue<int>() ? [$"{path}: too short"] : [],
        "maxLength" => value is JsonValue text && text.TryGetValue(out string? s) && s.Length > rule.GetValue<int>() ? [$"{path}: too long"] : [],
        "minimum" => value is JsonValue number && number.TryGetValue(out long n) && n < rule.GetValue<long>() ? [$"{path}: {n} is too small"] : [],
        "maximum" => value is JsonValue number && number.TryGetValue(out long n) && n > rule.GetValue<long>() ? [$"{path}: {n} is too large"] : [],
        "required" => value is JsonObject mapping ? rule.AsArray().Select(key => key!.GetValue<string>()).Where(key => !mapping.ContainsKey(key)).Select(key => $"{path}: lacks {key}") : [],
        "items" => value is JsonArray list ? list.SelectMany((item, index) => Check(rule.AsObject(), item, $"{path}[{index}]")) : [],
        "maxItems" => value is JsonArray list && list.Count > rule.GetValue<int>() ? [$"{path}: too many"] : [],
        "anyOf" => rule.AsArray().Any(part => !Check(part!.AsObject(), value, path).Any()) ? [] : [$"{path}: is none of {rule.ToJsonString()}"],
        "oneOf" => rule.AsArray().Count(part => !Check(part!.AsObject(), value, path).Any()) == 1 ? [] : [$"{path}: is not exactly one of {rule.ToJsonString()}"],
        "uniqueItems" => value is JsonArray list && list.DistinctBy(item => item?.ToJsonString()).Count() < list.Count ? [$"{path}: repeats"] : [],
        "properties" => value is JsonObject mapping
            ? mapping.Where(pair => rule.AsObject().ContainsKey(pair.Key)).SelectMany(pair => Check(rule[pair.Key]!.AsObject(), pair.Value, $"{path}.{pair.Key}"))
            : [],
        "additionalProperties" => value is JsonObject mapping ? Additional(schema, rule, mapping, path) : [],
        _ => throw new NotSupportedException("JSON Schema keyword " + keyword),
    };

    private IEnumerable<string> Additional(JsonObject schema, JsonNode rule, JsonObject mapping, string path)
    {
        JsonObject known = schema["properties"]?.AsObject() ?? [];
        IEnumerable<KeyValuePair<string, JsonNode?>> others = mapping.Where(pair => !known.ContainsKey(pair.Key));
        return rule is JsonObject inner
            ? others.SelectMany(pair => Check(inner, pair.Value, $"{path}.{pair.Key}"))
            : others.Select(pair => $"{path}: unknown key {pair.Key}");
    }

    private static IEnumerable<string> Types(JsonNode rule) => rule is JsonArray list ? list.Select(type => type!.GetValue<string>()) : [rule.GetValue<string>()];

    private static string TypeOf(JsonNode? value) => value switch
    {
        JsonObject => "object",
        JsonArray => "array",
        JsonValue scalar => scalar.GetValueKind() switch
        {
            JsonValueKind.Number => "integer",
            JsonValueKind.String => "string",
            _ => "boolean",
        },
        _ => "null",
    };
}
