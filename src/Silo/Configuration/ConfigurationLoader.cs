using System.Text.RegularExpressions;
using Routing.Contracts.Configuration;
using Routing.Gateway.Api.Configuration;
using Routing.Grains.Configuration;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace Routing.Silo.Configuration;

/// <summary>Reads a configuration file: YAML in, a domain's configuration or every mistake with its place out.</summary>
internal static partial class ConfigurationLoader
{
    private const string DemoResource = "Routing.Silo.demo.yaml";

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
        bool isReadable = true;
        foreach (ConfigurationFile file in files)
        {
            isReadable &= Parse(file, lines, documents, mistakes);
        }

        DomainConfiguration? configuration = null;
        IReadOnlyList<SoundFile> read = [];
        if (documents.Count > 0 && isReadable)
        {
            var reader = new DomainReader(mistakes, warnings, sounds);
            configuration = reader.Read(DocumentMerge.Merge(documents, mistakes));
            read = reader.Sounds;
            CheckMeaning(configuration, reader.Places, mistakes);
            if (mistakes.IsEmpty)
            {
                Add(ConfigurationLint.Check(configuration), reader.Places, warnings, unless: static _ => false);
            }
        }
        else if (mistakes.IsEmpty)
        {
            mistakes.Add("has 0 YAML documents", "it must have one");
        }

        return new ConfigurationResult(mistakes.IsEmpty ? configuration : null, mistakes.InFileOrder(), warnings.InFileOrder()) { Files = files, Sounds = read };
    }

    /// <summary>A file has one document. Of several files one may be empty or nothing but comments. False when it is no YAML, so that it cannot be said what would be in it.</summary>
    private static bool Parse(ConfigurationFile file, SourceLines lines, List<YamlNode> documents, MistakeList mistakes)
    {
        int linesBefore = lines.Add(file.Name, file.Text);
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
        catch (YamlException error)
        {
            NotYaml(error, file.Text, linesBefore, mistakes);
            return false;
        }
    }

    /// <summary>The parser places a tab where the mapping around it began, so it is looked for.</summary>
    private static void NotYaml(YamlException error, string text, int linesBefore, MistakeList mistakes)
    {
        string problem = "is not valid YAML: " + error.Message.ReplaceLineEndings(" ").TrimEnd('.');
        if (error.Message.Contains("tab", StringComparison.Ordinal) && IndentingTab().Match(text) is { Success: true } tab)
        {
            int lineStart = text.LastIndexOf('\n', tab.Index + tab.Length - 1) + 1;
            int line = text.AsSpan(0, lineStart).Count('\n') + 1;
            mistakes.Add(new Mark(tab.Index, linesBefore + line, tab.Index + tab.Length - lineStart), problem, "indent with spaces");
            return;
        }

        mistakes.Add(error.Start, problem, "look at the indentation of this line and of the one before, and for a quote, bracket or colon that is missing");
    }

    [GeneratedRegex("^ *\t", RegexOptions.Multiline)]
    private static partial Regex IndentingTab();

    /// <summary>
    /// What only the brain can judge, with its place in the file. It sees defaults where the form was wrong: what it finds in such a place is an echo, and so is
    /// every name that a list which cannot be read would have had.
    /// </summary>
    private static void CheckMeaning(DomainConfiguration configuration, ConfigurationPlaces places, MistakeList mistakes)
    {
        string[] unreadable = [.. NamedIn.Where(named => places.Has(named.List) && mistakes.HasAt(places.Find(named.List))).Select(static named => named.Unknown)];
        Add(ConfigurationCheck.Check(configuration), places, mistakes, mistake =>
            places.IsMistaken(mistake.Location, mistakes) || Array.Exists(unreadable, unknown => mistake.Text.StartsWith(unknown, StringComparison.Ordinal)));
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
