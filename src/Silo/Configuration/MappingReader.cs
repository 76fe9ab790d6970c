using System.Globalization;
using Routing.Grains.Configuration;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace Routing.Silo.Configuration;

/// <summary>
/// Reads a YAML mapping strictly: a key that is not known, a value of the wrong kind or out of range is a mistake with its place, and the
/// reader goes on with a default so that every mistake of a file is told at once.
/// </summary>
internal sealed class MappingReader
{
    // YAML 1.1 had it, YAML 1.2 has not.
    private const string MergeKey = "<<";

    private const string Vowels = "aeiouAEIOU";

    private static readonly char[] AfterKey = [':', '=', ' ', '\t', '\n'];

    private readonly Dictionary<string, YamlNode> _values = new(StringComparer.Ordinal);
    private readonly MistakeList _mistakes;
    private readonly string _what;
    private readonly bool _isMapping;

    /// <summary>Known keys that an unknown one was probably meant to be.</summary>
    private readonly HashSet<string> _misspelt = new(StringComparer.Ordinal);

    /// <param name="node">The mapping.</param>
    /// <param name="what">What it describes, for messages: "queue".</param>
    /// <param name="known">Its keys.</param>
    /// <param name="mistakes">Where mistakes go.</param>
    public MappingReader(YamlNode node, string what, string[] known, MistakeList mistakes)
    {
        _mistakes = mistakes;
        _what = what;
        Place = node.Start;
        if (node is not YamlMappingNode mapping)
        {
            mistakes.Add(node.Start, $"{What} must be a mapping", $"write it as 'key: value' lines with keys from {string.Join(", ", known)}");
            return;
        }

        _isMapping = true;

        foreach ((YamlNode key, YamlNode value) in mapping.Children)
        {
            string name = key is YamlScalarNode { Value: { } text } ? text : "";
            if (RepeatedKeys.Is(name))
            {
                continue;
            }

            if (known.Contains(name, StringComparer.Ordinal))
            {
                _values[name] = value;
            }
            else
            {
                mistakes.Add(key.Start, $"unknown key '{Shown(name)}' in {What}", Remedy(name, known));
                if (NearestName.Of(name, known) is { } meant)
                {
                    _misspelt.Add(meant);
                }
            }
        }
    }

    public Mark Place { get; }

    /// <summary>With its article, for messages.</summary>
    private string What => (Vowels.Contains(_what[0], StringComparison.Ordinal) ? "an " : "a ") + _what;

    private static string Remedy(string name, string[] known) =>
        name.IndexOf(':', StringComparison.Ordinal) is var end and > 0 && known.Contains(name[..end], StringComparer.Ordinal) ? $"write '{name[..end]}: …', with a space after the colon"
        : name == MergeKey ? "mappings are not merged: let each key repeat its value by an alias (needs: *base), or write the keys out"
        : NearestName.Of(name, known) is { } near ? $"did you mean '{near}'?" : $"known are {string.Join(", ", known)}";

    /// <summary>The known keys that it has.</summary>
    public IEnumerable<string> Keys => _values.Keys;

    public bool Has(string key) => _values.ContainsKey(key);

    /// <summary>
    /// Whether it should be said that none of these keys is there. Not of something that is no mapping at all, nor when one of them was misspelt: that was told.
    /// </summary>
    public bool Lacks(params ReadOnlySpan<string> keys)
    {
        foreach (string key in keys)
        {
            if (_values.ContainsKey(key) || _misspelt.Contains(key))
            {
                return false;
            }
        }

        return _isMapping;
    }

    /// <summary>Whether an unknown key was probably meant to be this one.</summary>
    public bool IsMisspelt(string key) => _misspelt.Contains(key);

    public bool IsList(string key) => _values.GetValueOrDefault(key) is YamlSequenceNode;

    public Mark PlaceOf(string key) => _values.TryGetValue(key, out YamlNode? node) ? node.Start : Place;

    /// <summary>The value of a key as it was read; null when the key is not there.</summary>
    public YamlNode? NodeOf(string key) => _values.GetValueOrDefault(key);

    /// <summary>A text that must be there.</summary>
    public string RequiredText(string key)
    {
        if (!_values.ContainsKey(key))
        {
            if (Lacks(key))
            {
                _mistakes.Add(Place, $"{What} needs '{key}'", $"add '{key}: …'");
            }

            return "";
        }

        string? text = Text(key);
        if (text is { Length: 0 })
        {
            _mistakes.Add(PlaceOf(key), $"'{key}' is empty", $"{What} needs it: write '{key}: …'");
        }

        return text ?? "";
    }

    public string? Text(string key) => _values.TryGetValue(key, out YamlNode? node) ? ScalarOf(node, key) : null;

    public bool Flag(string key, bool fallback)
    {
        switch (Text(key))
        {
            case null:
                return fallback;
            case "true" or "True" or "TRUE":
                return true;
            case "false" or "False" or "FALSE":
                return false;
            default:
                _mistakes.Add(PlaceOf(key), $"'{key}' must be true or false", $"write '{key}: true' or '{key}: false'");
                return fallback;
        }
    }

    public int Integer(string key, int fallback, int min, int max) => _values.TryGetValue(key, out YamlNode? node) ? IntegerOf(node, key, fallback, min, max) : fallback;

    /// <summary>A duration in milliseconds.</summary>
    public int DurationMs(string key, int fallback)
    {
        if (Text(key) is not { } text)
        {
            return fallback;
        }

        if (DurationText.TryParse(text, out int milliseconds))
        {
            return milliseconds;
        }

        _mistakes.Add(PlaceOf(key), $"'{key}: {text}' is not a duration from 0 to 24 hours", "write a whole number with its unit: 500ms, 20s, 1m or 2h");
        return fallback;
    }

    /// <summary>One of the names of an enumeration, written on-agent for OnAgent.</summary>
    public TEnum Choice<TEnum>(string key, TEnum fallback)
        where TEnum : struct, Enum
    {
        if (Text(key) is not { } text)
        {
            return fallback;
        }

        foreach (TEnum value in Enum.GetValues<TEnum>())
        {
            if (KebabCase(value.ToString()) == text)
            {
                return value;
            }
        }

        string[] known = [.. Enum.GetNames<TEnum>().Select(KebabCase)];

        _mistakes.Add(PlaceOf(key), $"'{key}: {text}' is not known", (NearestName.Of(text, known) is { } near ? $"did you mean '{near}'? There are " : "use one of ") + string.Join(", ", known));
        return fallback;
    }

    public IReadOnlyList<YamlNode> List(string key)
    {
        if (!_values.TryGetValue(key, out YamlNode? node))
        {
            return [];
        }

        if (node is YamlSequenceNode sequence)
        {
            return [.. sequence.Children];
        }

        _mistakes.Add(node.Start, $"'{key}' must be a list", $"write '{key}: []' for none, or one '- …' line for each");
        return [];
    }

    /// <summary>As many texts as the list has entries: one that is no text is a mistake, and empty.</summary>
    public IReadOnlyList<string> TextList(string key) => [.. List(key).Select(node => ScalarOf(node, key) ?? "")];

    /// <summary>A mapping of names to whole numbers, in the order of the file.</summary>
    public IReadOnlyList<(string Name, int Value)> NumbersByName(string key, int min, int max)
    {
        if (!_values.TryGetValue(key, out YamlNode? node))
        {
            return [];
        }

        if (node is not YamlMappingNode mapping)
        {
            _mistakes.Add(node.Start, $"'{key}' must name skills with levels", $"write '{key}: {{ english: 3, billing: 5 }}'");
            return [];
        }

        return [.. Pairs(mapping).Select(pair => (ScalarOf(pair.Key, key) ?? "", IntegerOf(pair.Value, key, min, min, max)))];
    }

    /// <summary>A mapping of names to texts, in the order of the file; null for one that is no text, which is a mistake.</summary>
    public IReadOnlyList<(string Name, string? Value)> TextsByName(string key)
    {
        if (!_values.TryGetValue(key, out YamlNode? node))
        {
            return [];
        }

        if (node is not YamlMappingNode mapping)
        {
            _mistakes.Add(node.Start, $"'{key}' must be a mapping of names to values", $"write '{key}: {{ site: paris }}'");
            return [];
        }

        return [.. Pairs(mapping).Select(pair => (Name: ScalarOf(pair.Key, key) ?? "", pair.Value)).Select(pair => (pair.Name, ScalarOf(pair.Value, pair.Name)))];
    }

    /// <summary>The places of the keys of a mapping inside this one.</summary>
    public IEnumerable<Mark> KeysIn(string key) =>
        _values.TryGetValue(key, out YamlNode? node) && node is YamlMappingNode mapping ? Pairs(mapping).Select(pair => pair.Key.Start) : [];

    /// <summary>The places of the entries of a list.</summary>
    public IEnumerable<Mark> EntriesIn(string key) => _values.TryGetValue(key, out YamlNode? node) && node is YamlSequenceNode list ? list.Children.Select(entry => entry.Start) : [];

    /// <summary>A mapping inside this one; null when it is not there.</summary>
    public MappingReader? Inner(string key, string innerWhat, string[] known) =>
        _values.TryGetValue(key, out YamlNode? node) ? new MappingReader(node, innerWhat, known, _mistakes) : null;

    internal static string KebabCase(string name) =>
        string.Concat(name.Select((letter, index) => char.IsAsciiLetterUpper(letter) ? (index == 0 ? "" : "-") + char.ToLowerInvariant(letter) : letter.ToString()));

    private static IEnumerable<KeyValuePair<YamlNode, YamlNode>> Pairs(YamlMappingNode mapping) =>
        mapping.Children.Where(static pair => pair.Key is not YamlScalarNode { Value: { } name } || !RepeatedKeys.Is(name));

    /// <summary>A key is told as far as it can be one: in "password:secret", which lacks a space, the rest is for nobody's log.</summary>
    private static string Shown(string name) => name.IndexOfAny(AfterKey) is var end and >= 0 ? name[..end] + "…" : name;

    /// <summary>Whether a value is YAML's word for none, without quotes: as a text it would be a password or a name that nobody meant.</summary>
    public static bool IsNull(YamlNode node) => node is YamlScalarNode { Style: ScalarStyle.Plain, Value: "~" or "null" or "Null" or "NULL" };

    private string? ScalarOf(YamlNode node, string key)
    {
        if (IsNull(node))
        {
            _mistakes.Add(node.Start, $"'{key}' is null, which is no value", "give it a value, in quotes when the word itself is meant, or remove the key");
            return null;
        }

        if (node is YamlScalarNode { Value: { } text } scalar && (text.Length > 0 || scalar.Style is not ScalarStyle.Plain))
        {
            return text;
        }

        _mistakes.Add(node.Start, $"'{key}' has no single value", "give one value, in quotes when it has special characters, or remove the key");
        return null;
    }

    private int IntegerOf(YamlNode node, string key, int fallback, int min, int max)
    {
        if (ScalarOf(node, key) is not { } text)
        {
            return fallback;
        }

        if (int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int value) && value >= min && value <= max)
        {
            return value;
        }

        _mistakes.Add(node.Start, $"'{text}' in '{key}' is not a whole number from {min} to {max}", $"write a number such as {Math.Clamp(fallback, min, max)}");
        return fallback;
    }
}
