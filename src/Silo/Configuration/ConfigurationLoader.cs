using System.Buffers;
using Routing.Contracts.Configuration;
using Routing.Gateway.Api.Configuration;
using Routing.Grains.Configuration;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace Routing.Silo.Configuration;

/// <summary>Reads a configuration file: YAML in, a domain's configuration or every mistake with its place out.</summary>
internal static class ConfigurationLoader
{
    private const string DemoResource = "Routing.Silo.demo.yaml";

    /// <summary>Control characters that no text file has, but for the ends of lines and tabs.</summary>
    private static readonly SearchValues<char> NoText =
        SearchValues.Create([.. Enumerable.Range(0, ' ').Select(static code => (char)code).Except(['\t', '\n', '\r']), '\x7f', '\ufffe', '\uffff']);

    /// <summary>Lists of names, and how the brain begins to tell that a name is in none of them.</summary>
    private static readonly (string List, string Unknown)[] NamedIn =
    [
        ("skills", "there is no skill '"),
        ("teams", "there is no team '"),
        ("attributes", "there is no attribute '"),
        ("agents", "there is no agent '"),
        ("queues", "there is no queue '"),
        ("calendars", "there is no calendar '"),
        ("announcements", "there is no announcement '"),
    ];

    /// <summary>Reads a file of the caller's, or a folder of them.</summary>
    public static ConfigurationResult LoadFile(string path)
    {
        var mistakes = new MistakeList(path);
        return ConfigurationFiles.Read(path, mistakes) is { } files ? Load(path, files, new SoundFolder(Directory.Exists(path) ? path : Path.GetDirectoryName(path) ?? "")) : new ConfigurationResult(null, mistakes.InFileOrder(), []);
    }

    /// <summary>The built-in demo: the sample file of the repository, embedded so that the two cannot differ.</summary>
    public static ConfigurationResult LoadDemo()
    {
        using Stream stream = typeof(ConfigurationLoader).Assembly.GetManifestResourceStream(DemoResource)
            ?? throw new InvalidOperationException(DemoResource + " is not embedded");
        using var reader = new StreamReader(stream);
        ConfigurationResult result = Load("demo.yaml", reader.ReadToEnd());
        return result.Configuration is null ? throw new InvalidOperationException(string.Join('\n', result.Mistakes)) : result;
    }

    /// <summary>Reads the text of a file whose name is used in messages.</summary>
    public static ConfigurationResult Load(string file, string yaml) => Load(file, [new ConfigurationFile(file, yaml)], new SentSounds([]));

    /// <summary>Reads texts and merges them in this order.</summary>
    /// <param name="name">Of the whole, in messages that are not of one file.</param>
    /// <param name="files">At least one.</param>
    /// <param name="sounds">Where the sounds are that they name.</param>
    public static ConfigurationResult Load(string name, IReadOnlyList<ConfigurationFile> files, ISoundSource sounds)
    {
        var lines = new SourceLines();
        var mistakes = new MistakeList(name, lines);
        var warnings = new MistakeList(name, lines);
        List<YamlNode> documents = [];
        HashSet<string> broken = new(StringComparer.Ordinal);
        bool isReadable = true;
        foreach (ConfigurationFile file in files)
        {
            isReadable &= Parse(file, lines, documents, broken, mistakes);
        }

        DomainConfiguration? configuration = null;
        IReadOnlyList<SoundFile> read = [];
        if (documents.Count > 0 && isReadable)
        {
            var reader = new DomainReader(mistakes, warnings, sounds);
            configuration = reader.Read(DocumentMerge.Merge(documents, mistakes));
            read = reader.Sounds;
            CheckMeaning(configuration, reader, broken, mistakes);
            if (mistakes.IsEmpty)
            {
                Add(ConfigurationLint.Check(configuration), reader.Places, warnings, unless: static _ => false);
            }
        }
        else if (mistakes.IsEmpty)
        {
            mistakes.Add("is empty", "write at least 'domain: NAME'; deploy/demo.yaml is a sample");
        }

        return new ConfigurationResult(mistakes.IsEmpty ? configuration : null, mistakes.InFileOrder(), warnings.InFileOrder()) { Files = files, Sounds = read };
    }

    /// <summary>A file has one document. Of several files one may be empty or nothing but comments. False when it is no YAML, so that it cannot be said what would be in it.</summary>
    private static bool Parse(ConfigurationFile file, SourceLines lines, List<YamlNode> documents, HashSet<string> broken, MistakeList mistakes)
    {
        int linesBefore = lines.Add(file.Name, file.Text);
        if (file.Text.AsSpan().IndexOfAny(NoText) is var at and >= 0)
        {
            int line = file.Text.AsSpan(0, at).Count('\n');
            int column = at - (file.Text.AsSpan(0, at).LastIndexOf('\n') + 1);
            mistakes.Add(new Mark(at, linesBefore + line + 1, column + 1), $"has the character U+{(int)file.Text[at]:X4}, which is no text", "remove it, or save the file as text in UTF-8");
            return false;
        }

        try
        {
            string text = linesBefore == 0 ? file.Text : new string('\n', linesBefore) + file.Text;
            if (YamlGuard.Read(text, mistakes) is not { } stream)
            {
                return false;
            }

            if (stream.Documents.Count > 1)
            {
                mistakes.Add(stream.Documents[1].RootNode.Start, $"has {stream.Documents.Count} YAML documents", "it must have one: remove the line '---' and join their keys");
            }

            foreach (YamlDocument document in stream.Documents.Take(1))
            {
                RepeatedKeys.Join(document.RootNode);
                documents.Add(document.RootNode);
            }

            return true;
        }
        catch (YamlException fault)
        {
            BrokenYaml pieces = new(linesBefore, mistakes);
            if (pieces.Read(file.Text, fault) is not { } readable)
            {
                return false;
            }

            broken.UnionWith(pieces.Broken);
            documents.Add(readable);
            return true;
        }
    }

    /// <summary>
    /// What only the brain can judge, with its place in the file. It sees defaults where the form was wrong: what it finds in such a place is an echo, and so is
    /// every name that a list which cannot be read would have had.
    /// </summary>
    private static void CheckMeaning(DomainConfiguration configuration, DomainReader reader, HashSet<string> broken, MistakeList mistakes)
    {
        ConfigurationPlaces places = reader.Places;
        bool IsUnreadable(string list) => broken.Contains(list) || reader.IsMisspelt(list) || (places.Has(list) && mistakes.HasAt(places.Find(list)));
        string[] unreadable = [.. NamedIn.Where(named => IsUnreadable(named.List)).Select(static named => named.Unknown)];
        Add(ConfigurationCheck.Check(configuration), places, mistakes, mistake =>
            places.IsMistaken(mistake.Location, mistakes)
            || mistake.Text.Contains(RouteReader.Unreadable.Value, StringComparison.Ordinal)
            || Array.Exists(unreadable, unknown => mistake.Text.StartsWith(unknown, StringComparison.Ordinal)));
    }

    /// <summary>Found once and told once: members of a range have their mistakes in common.</summary>
    private static void Add(
        IEnumerable<Grains.Configuration.ConfigurationMistake> found, ConfigurationPlaces places, MistakeList list, Func<Grains.Configuration.ConfigurationMistake, bool> unless)
    {
        foreach (Grains.Configuration.ConfigurationMistake mistake in found.Where(mistake => !unless(mistake)).DistinctBy(mistake => (places.Find(mistake.Location), mistake.Text)).ToArray())
        {
            string first = mistake.Text.EndsWith("there twice", StringComparison.Ordinal) && places.FindFirst(mistake.Location) is { } other ? $" (also at {list.PlaceText(other)})" : "";
            list.Add(places.Find(mistake.Location), $"{ConfigurationPlaces.KeyOf(mistake.Location)}: {mistake.Text}{first}", mistake.Remedy);
        }
    }
}
