using System.Globalization;
using System.Text;
using System.Text.Json;
using Routing.Contracts.Serialization;

namespace Routing.Grains.Configuration;

/// <summary>
/// A stored configuration's keys and values in the words of a file, for people who compare the two: durations with their unit, choices and conditions as they are written, times of day by the clock.
/// </summary>
internal static class FileWords
{
    private const int HourMinutes = 60;
    private const string UnitSuffix = "Ms";
    private const string MinuteSuffix = "Minute";

    /// <summary>Keys whose values are names of an enumeration.</summary>
    private static readonly string[] ChoiceKeys = ["order", "strategy", "answer", "onRegister", "on", "role"];

    /// <summary>Keys that only the stored form has: what is in them stands around them in a file.</summary>
    private static readonly string[] UnwrittenKeys = ["to", "otherwise"];

    /// <summary>What follows from another key: a zone's offsets, the condition of needs.</summary>
    private static readonly string[] DerivedKeys = ["offsets"];

    /// <summary><c>queues[q].overflow[0].to.queue</c> → <c>queues[q].overflow[0].queue</c>.</summary>
    public static string Path(string location)
    {
        StringBuilder path = new();
        string parent = string.Empty;
        foreach (string part in Parts(location))
        {
            int bracket = part.IndexOf('[', StringComparison.Ordinal);
            string key = bracket < 0 ? part : part[..bracket];
            if (!UnwrittenKeys.Contains(key))
            {
                path.Append(path.Length == 0 ? string.Empty : ".").Append(Key(key, parent)).Append(bracket < 0 ? string.Empty : part[bracket..]);
            }

            parent = key;
        }

        return path.ToString();
    }

    /// <param name="location">Where the value stands in the stored form.</param>
    /// <param name="value">As stored.</param>
    public static string Value(string location, JsonElement value)
    {
        List<string> parts = Parts(location);
        return Value(parts[^1], parts.Count > 1 ? parts[^2] : string.Empty, value);
    }

    /// <summary>The needs of a queue or a ring, which are stored under two keys.</summary>
    public static string Needs(JsonElement entry)
    {
        bool hasLevels = entry.TryGetProperty("needs", out JsonElement levels) && levels.GetArrayLength() > 0;
        if (entry.TryGetProperty("condition", out JsonElement stored) && stored.Deserialize(ContractsJson.Default.NeedExpression) is { } condition)
        {
            return hasLevels ? $"{string.Join(" and ", levels.EnumerateArray().Select(static entry => $"{entry.GetProperty("skill")} >= {entry.GetProperty("level")}"))} and ({condition.Text})" : condition.Text;
        }

        return hasLevels ? Levels(levels) : "{}";
    }

    /// <summary>Dots part keys, but for those in names.</summary>
    private static List<string> Parts(string location)
    {
        List<string> parts = [];
        int start = 0;
        int depth = 0;
        for (int i = 0; i < location.Length; i++)
        {
            depth += location[i] switch { '[' => 1, ']' => -1, _ => 0 };
            if (location[i] == '.' && depth == 0)
            {
                parts.Add(location[start..i]);
                start = i + 1;
            }
        }

        parts.Add(location[start..]);
        return parts;
    }

    private static string Key(string key, string parent) => (key, parent) switch
    {
        ("rejectStatus", "to" or "otherwise") => "reject",
        ("header", "when") => "header.name",
        ("value", "when") => "header.value",
        ("condition", _) => "needs",
        ("afterMisses", _) => "after",
        _ when key.EndsWith(UnitSuffix, StringComparison.Ordinal) => key[..^UnitSuffix.Length],
        _ when key.EndsWith(MinuteSuffix, StringComparison.Ordinal) => key[..^MinuteSuffix.Length],
        _ => key,
    };

    private static string Value(string key, string parent, JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Number when key.EndsWith(UnitSuffix, StringComparison.Ordinal) => DurationWords.Of(value.GetInt64()),
        JsonValueKind.Number when key.EndsWith(MinuteSuffix, StringComparison.Ordinal) => Clock(value.GetInt32()),
        JsonValueKind.String when ChoiceKeys.Contains(key) || (key == "agent" && parent.StartsWith("on", StringComparison.Ordinal)) => Kebab(value.GetString()!),
        JsonValueKind.String => value.GetString() is { Length: > 0 } text ? text : "''",
        JsonValueKind.Array when key is "needs" or "skills" && IsLevels(value) => Levels(value),
        JsonValueKind.Array when key == "days" => $"[{string.Join(", ", value.EnumerateArray().Select(static day => day.GetString()![..3].ToLowerInvariant()))}]",
        JsonValueKind.Array when key == "attributes" && value.EnumerateArray().Any(static entry => entry.ValueKind == JsonValueKind.Object) =>
            $"{{ {string.Join(", ", value.EnumerateArray().Select(static entry => $"{entry.GetProperty("name")}: {entry.GetProperty("value")}"))} }}",
        JsonValueKind.Array => $"[{string.Join(", ", value.EnumerateArray().Select(entry => Value(string.Empty, key, entry)))}]",
        JsonValueKind.Object when key == "condition" => value.Deserialize(ContractsJson.Default.NeedExpression)!.Text,
        JsonValueKind.Object => Entry(key, value) is { Length: > 0 } entry ? $"{{ {entry} }}" : "{}",
        _ => value.GetRawText(),
    };

    private static string Entry(string parent, JsonElement entry)
    {
        List<string> pairs = [];
        bool hasCondition = entry.TryGetProperty("condition", out _);
        foreach (JsonProperty property in entry.EnumerateObject())
        {
            if (DerivedKeys.Contains(property.Name) || property.Value.ValueKind == JsonValueKind.Null || (hasCondition && property.Name == "needs"))
            {
                continue;
            }

            pairs.Add(UnwrittenKeys.Contains(property.Name)
                ? Entry(property.Name, property.Value)
                : $"{Key(property.Name, parent)}: {Value(property.Name, parent, property.Value)}");
        }

        return string.Join(", ", pairs);
    }

    private static bool IsLevels(JsonElement list) => list.EnumerateArray().All(static entry => entry.ValueKind == JsonValueKind.Object && entry.TryGetProperty("level", out _));

    private static string Levels(JsonElement list) => list.GetArrayLength() == 0
        ? "{}"
        : $"{{ {string.Join(", ", list.EnumerateArray().Select(static entry => $"{entry.GetProperty("skill")}: {entry.GetProperty("level")}"))} }}";

    private static string Clock(int minute) => string.Create(CultureInfo.InvariantCulture, $"{minute / HourMinutes % 24:00}:{minute % HourMinutes:00}") is var time && minute == 24 * HourMinutes ? "24:00" : time;

    private static string Kebab(string name) =>
        string.Concat(name.Select(static (letter, index) => char.IsAsciiLetterUpper(letter) ? (index == 0 ? string.Empty : "-") + char.ToLowerInvariant(letter) : letter.ToString()));
}
