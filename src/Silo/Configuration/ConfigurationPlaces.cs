using YamlDotNet.Core;

namespace Routing.Silo.Configuration;

/// <summary>Where in the file each part of a configuration stands, by the paths in which the brain tells mistakes: <c>queues[support].needs[0].skill</c>.</summary>
internal sealed class ConfigurationPlaces
{
    // A key's value in milliseconds has the unit in its name inside the program, and in its value in the file.
    private const string UnitSuffix = "Ms";

    private readonly Dictionary<string, string> _ranges = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Mark> _places = new(StringComparer.Ordinal);

    private readonly Dictionary<string, Mark> _earlier = new(StringComparer.Ordinal);

    /// <summary>Of two with the same path the later one counts: it is the one too many.</summary>
    public void Add(string path, Mark place)
    {
        if (_places.TryGetValue(path, out Mark before) && !before.Equals(place))
        {
            _earlier[path] = before;
        }

        _places[path] = place;
    }

    /// <summary>The place of the one before, when the path was added twice.</summary>
    public Mark? FindEarlier(string path) => _earlier.TryGetValue(path, out Mark place) ? place : null;

    public bool Has(string path) => _places.ContainsKey(path);

    /// <summary>Adds an entry and all its keys.</summary>
    public void Add(string path, MappingReader entry)
    {
        Add(path, entry.Place);
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

    /// <summary>The path as the file writes it: durations have their unit in the value there, not in the key.</summary>
    public static string KeyOf(string path) => path.EndsWith(UnitSuffix, StringComparison.Ordinal) ? path[..^UnitSuffix.Length] : path;

    private static string Shorter(string path) => path[..Math.Max(0, Math.Max(path.LastIndexOf('.'), path.LastIndexOf('[')))];
}
