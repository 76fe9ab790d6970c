using Routing.Grains.Configuration;
using YamlDotNet.Core;

namespace Routing.Silo.Configuration;

/// <summary>Where in the file each part of a configuration stands, by the paths in which the brain tells mistakes: <c>queues[support].needs[0].skill</c>.</summary>
internal sealed class ConfigurationPlaces
{
    // A key's value in milliseconds has the unit in its name inside the program, and in its value in the file.
    private const string UnitSuffix = "Ms";

    private readonly Dictionary<string, string> _ranges = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Mark> _places = new(StringComparer.Ordinal);

    private readonly Dictionary<string, string> _firsts = new(StringComparer.Ordinal);

    private readonly Dictionary<string, MappingReader> _entries = new(StringComparer.Ordinal);

    public void Add(string path, Mark place) => _places[path] = place;

    /// <summary>The path of an entry that is added next, by its name; by its place in the list when an entry has that name already.</summary>
    public string PathOf(string list, string name, int index)
    {
        string path = EntryPath.Of(list, name, index, isFirst: true);
        if (!_entries.ContainsKey(path) && !_ranges.ContainsKey(path))
        {
            return path;
        }

        string further = EntryPath.Of(list, name, index, isFirst: false);
        _firsts[further] = path;
        return further;
    }

    /// <summary>The place of the same in the first entry of the name, of something in a further one.</summary>
    public Mark? FindFirst(string path)
    {
        int end = path.IndexOf(']', StringComparison.Ordinal) + 1;
        return _firsts.TryGetValue(path[..end], out string? first) ? Find(first + path[end..]) : null;
    }

    public bool Has(string path) => _places.ContainsKey(path);

    /// <summary>Adds an entry and all its keys.</summary>
    public void Add(string path, MappingReader entry)
    {
        Add(path, entry.Place);
        _entries[path] = entry;
        foreach (string key in entry.Keys)
        {
            Add($"{path}.{key}", entry.PlaceOf(key));
        }
    }

    /// <summary>One of the many that an entry stands for: its parts are where those of the entry are.</summary>
    public void AddMember(string path, string entry) => _ranges[path] = entry;

    /// <summary>The place of the path, or of the nearest thing around it, in the end of the whole, whose path is empty.</summary>
    public Mark Find(string path)
    {
        for (string part = path; part.Length > 0; part = Shorter(part))
        {
            if (_places.TryGetValue(part, out Mark place) || (part.EndsWith(UnitSuffix, StringComparison.Ordinal) && _places.TryGetValue(part[..^UnitSuffix.Length], out place)))
            {
                return place;
            }

            if (_ranges.TryGetValue(part, out string? entry))
            {
                return Find(entry + path[part.Length..]);
            }
        }

        return _places.GetValueOrDefault("", Mark.Empty);
    }

    /// <summary>
    /// Whether what is found at the path comes of a mistake that is known: one at its very place, or, of an entry as a whole, one of its values, instead of which a default was judged.
    /// </summary>
    public bool IsMistaken(string path, MistakeList mistakes) =>
        _entries.TryGetValue(path, out MappingReader? entry) ? entry.Keys.Any(key => mistakes.HasAt(entry.PlaceOf(key))) : mistakes.HasAt(Find(path));

    /// <summary>The path as the file writes it: durations have their unit in the value there, not in the key.</summary>
    public static string KeyOf(string path) => path.EndsWith(UnitSuffix, StringComparison.Ordinal) ? path[..^UnitSuffix.Length] : path;

    private static string Shorter(string path) => path[..Math.Max(0, Math.Max(path.LastIndexOf('.'), path.LastIndexOf('[')))];
}
