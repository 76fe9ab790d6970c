using System.Text.Json;
using Routing.Contracts.Configuration;

namespace Routing.Grains.Configuration;

/// <summary>
/// Compares two configurations in their stored form, so that a setting cannot be forgotten here, and tells the differences in the words of a file (<see cref="FileWords"/>). Entries of lists are told
/// apart by their id, number or name; other lists are compared as a whole. Secrets are never shown, nor sound, which nobody can read.
/// </summary>
internal sealed class ConfigurationDiff
{
    private const int MaxValueLengthChars = 200;
    private const string NeedsKey = "needs";
    private const string ConditionKey = "condition";
    private const string OffsetsKey = "offsets";
    private const string ZoneKey = "timeZone";

    private static readonly string[] IdentityKeys = ["id", "number", "name"];
    private static readonly string[] SecretKeys = ["ha1Md5", "ha1Sha256", "sha256", "audio"];

    private readonly List<ConfigurationDifference> _differences = [];

    private ConfigurationDiff()
    {
    }

    /// <summary>All differences, in the order of the new configuration; what was removed comes after what a list has.</summary>
    public static List<ConfigurationDifference> Of(ReadOnlyMemory<byte> from, ReadOnlyMemory<byte> to)
    {
        ConfigurationDiff diff = new();
        using JsonDocument former = JsonDocument.Parse(from);
        using JsonDocument next = JsonDocument.Parse(to);
        diff.CompareObjects(string.Empty, former.RootElement, next.RootElement);
        return diff._differences;
    }

    private void Add(string at, DifferenceKind kind, JsonElement? from = null, JsonElement? to = null) =>
        _differences.Add(new ConfigurationDifference(FileWords.Path(at), kind, from is { } old ? Short(at, old) : null, to is { } value ? Short(at, value) : null));

    private void CompareObjects(string at, JsonElement from, JsonElement to)
    {
        bool isNeeds = from.TryGetProperty(ConditionKey, out _) || to.TryGetProperty(ConditionKey, out _);
        if (isNeeds && (FileWords.Needs(from), FileWords.Needs(to)) is var (before, after) && before != after)
        {
            _differences.Add(new ConfigurationDifference(FileWords.Path($"{at}.needs"), DifferenceKind.Changed, Cut(before), Cut(after)));
        }

        foreach (JsonProperty property in to.EnumerateObject())
        {
            string path = at.Length == 0 ? property.Name : $"{at}.{property.Name}";
            if (isNeeds && property.Name is NeedsKey or ConditionKey)
            {
                continue;
            }

            if (property.Name == OffsetsKey)
            {
                CompareZones(at, from, to);
            }
            else if (Array.IndexOf(SecretKeys, property.Name) >= 0)
            {
                if (!from.TryGetProperty(property.Name, out JsonElement secret) || !JsonElement.DeepEquals(secret, property.Value))
                {
                    Add(path, DifferenceKind.Changed);
                }
            }
            else if (from.TryGetProperty(property.Name, out JsonElement old))
            {
                Compare(path, old, property.Value);
            }
            else
            {
                Add(path, DifferenceKind.Added, to: property.Value);
            }
        }

        foreach (JsonProperty property in from.EnumerateObject())
        {
            if (!to.TryGetProperty(property.Name, out _) && !(isNeeds && property.Name is NeedsKey or ConditionKey))
            {
                Add(at.Length == 0 ? property.Name : $"{at}.{property.Name}", DifferenceKind.Removed, Array.IndexOf(SecretKeys, property.Name) >= 0 ? null : property.Value);
            }
        }
    }

    /// <summary>What a machine knows of a time zone may change under its name.</summary>
    private void CompareZones(string at, JsonElement from, JsonElement to)
    {
        if (from.TryGetProperty(OffsetsKey, out JsonElement former) && !JsonElement.DeepEquals(former, to.GetProperty(OffsetsKey))
            && JsonElement.DeepEquals(from.GetProperty(ZoneKey), to.GetProperty(ZoneKey)))
        {
            Add($"{at}.{ZoneKey}", DifferenceKind.Changed);
        }
    }

    private void Compare(string at, JsonElement from, JsonElement to)
    {
        if (JsonElement.DeepEquals(from, to))
        {
            return;
        }

        if (from.ValueKind == JsonValueKind.Object && to.ValueKind == JsonValueKind.Object)
        {
            CompareObjects(at, from, to);
        }
        else if (Entries(from) is { } former && Entries(to) is { } next && former.Count + next.Count > 0)
        {
            CompareEntries(at, former, next);
        }
        else
        {
            Add(at, DifferenceKind.Changed, from, to);
        }
    }

    private void CompareEntries(string at, List<(string Id, JsonElement Entry)> from, List<(string Id, JsonElement Entry)> to)
    {
        Dictionary<string, JsonElement> former = new(StringComparer.Ordinal);
        foreach ((string id, JsonElement entry) in from)
        {
            former[id] = entry;
        }

        HashSet<string> kept = new(StringComparer.Ordinal);
        foreach ((string id, JsonElement entry) in to)
        {
            if (former.TryGetValue(id, out JsonElement old))
            {
                kept.Add(id);
                Compare($"{at}[{id}]", old, entry);
            }
            else
            {
                Add($"{at}[{id}]", DifferenceKind.Added);
            }
        }

        foreach ((string id, _) in from)
        {
            if (!kept.Contains(id))
            {
                Add($"{at}[{id}]", DifferenceKind.Removed);
            }
        }

        if (!from.Select(static entry => entry.Id).Where(kept.Contains).SequenceEqual(to.Select(static entry => entry.Id).Where(kept.Contains), StringComparer.Ordinal))
        {
            Add(at, DifferenceKind.Reordered);
        }
    }

    /// <summary>The entries of a list of objects that all have an identity and no two the same; an empty list has none; null for another value.</summary>
    private static List<(string Id, JsonElement Entry)>? Entries(JsonElement list)
    {
        if (list.ValueKind != JsonValueKind.Array)
        {
            return null;
        }

        List<(string Id, JsonElement Entry)> entries = new(list.GetArrayLength());
        HashSet<string> ids = new(StringComparer.Ordinal);
        foreach (JsonElement entry in list.EnumerateArray())
        {
            if (IdOf(entry) is not { } id || !ids.Add(id))
            {
                return null;
            }

            entries.Add((id, entry));
        }

        return entries;
    }

    private static string? IdOf(JsonElement entry)
    {
        if (entry.ValueKind == JsonValueKind.Object)
        {
            foreach (string key in IdentityKeys)
            {
                if (entry.TryGetProperty(key, out JsonElement id) && id.ValueKind == JsonValueKind.String)
                {
                    return id.GetString();
                }
            }
        }

        return null;
    }

    /// <summary>What may be shown of a value; null for one that holds secrets (entries that have an identity are compared key by key and do not come here).</summary>
    private static string? Short(string at, JsonElement value)
    {
        string raw = value.GetRawText();
        return Array.Exists(SecretKeys, key => raw.Contains($"\"{key}\"", StringComparison.Ordinal)) ? null : Cut(FileWords.Value(at, value));
    }

    private static string Cut(string text) => text.Length <= MaxValueLengthChars ? text : text[..(MaxValueLengthChars - 1)] + "…";
}
