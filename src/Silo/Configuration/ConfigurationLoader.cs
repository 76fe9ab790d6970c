using System.Text;
using Routing.Contracts.Configuration;
using Routing.Grains.Configuration;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace Routing.Silo.Configuration;

/// <summary>Reads a configuration file: YAML in, a domain's configuration or every mistake with its place out.</summary>
internal static class ConfigurationLoader
{
    public const long MaxFileBytes = 16 * 1024 * 1024;

    private const string DemoResource = "Routing.Silo.demo.yaml";

    /// <summary>Reads a file of the caller's.</summary>
    public static ConfigurationResult LoadFile(string path)
    {
        var mistakes = new MistakeList(path);
        try
        {
            if (new FileInfo(path) is { Exists: true, Length: > MaxFileBytes })
            {
                mistakes.Add($"is longer than {MaxFileBytes / 1024 / 1024} MB", "write big sets of agents as a range: agent[1-2000]");
                return new ConfigurationResult(null, mistakes.InFileOrder(), []);
            }

            return Load(path, File.ReadAllText(path, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true)));
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            string what = Directory.Exists(path) ? "is a folder" : File.Exists(path) ? "cannot be read: " + error.Message.TrimEnd('.') : "does not exist";
            mistakes.Add(what, "give the path of a YAML file");
        }
        catch (DecoderFallbackException)
        {
            mistakes.Add("is not UTF-8 text", "save it as UTF-8");
        }

        return new ConfigurationResult(null, mistakes.InFileOrder(), []);
    }

    /// <summary>The built-in demo: the sample file of the repository, embedded so that the two cannot differ.</summary>
    public static DomainConfiguration LoadDemo()
    {
        using Stream stream = typeof(ConfigurationLoader).Assembly.GetManifestResourceStream(DemoResource)
            ?? throw new InvalidOperationException(DemoResource + " is not embedded");
        using var reader = new StreamReader(stream);
        ConfigurationResult result = Load("demo.yaml", reader.ReadToEnd());
        return result.Configuration ?? throw new InvalidOperationException(string.Join('\n', result.Mistakes));
    }

    /// <summary>Reads the text of a file whose name is used in messages.</summary>
    public static ConfigurationResult Load(string file, string yaml)
    {
        var mistakes = new MistakeList(file);
        var warnings = new MistakeList(file);
        DomainConfiguration? configuration = null;
        try
        {
            var stream = new YamlStream();
            stream.Load(new StringReader(yaml));
            if (stream.Documents.Count == 1)
            {
                var reader = new DomainReader(mistakes, warnings);
                configuration = reader.Read(stream.Documents[0].RootNode);
                CheckMeaning(configuration, reader.Places, mistakes);
                if (mistakes.IsEmpty)
                {
                    Add(ConfigurationLint.Check(configuration), reader.Places, warnings, unless: static _ => false);
                }
            }
            else
            {
                mistakes.Add($"has {stream.Documents.Count} YAML documents", "it must have one");
            }
        }
        catch (YamlException error)
        {
            mistakes.Add(error.Start, "is not valid YAML: " + error.Message.ReplaceLineEndings(" "), "");
        }

        return new ConfigurationResult(mistakes.IsEmpty ? configuration : null, mistakes.InFileOrder(), warnings.InFileOrder());
    }

    /// <summary>
    /// What only the brain can judge, with its place in the file. It sees defaults where the form was wrong: what it finds in such a place is an echo, and so is
    /// every name that a list which cannot be read would have had.
    /// </summary>
    private static void CheckMeaning(DomainConfiguration configuration, ConfigurationPlaces places, MistakeList mistakes)
    {
        bool skillsUnknown = places.Has("skills") && mistakes.HasAt(places.Find("skills"));
        bool queuesUnknown = places.Has("queues") && mistakes.HasAt(places.Find("queues"));
        Add(ConfigurationCheck.Check(configuration), places, mistakes, mistake =>
            mistakes.HasAt(places.Find(mistake.Location))
            || (skillsUnknown && mistake.Location.EndsWith(".skill", StringComparison.Ordinal))
            || (queuesUnknown && (mistake.Location.EndsWith(".queue", StringComparison.Ordinal) || mistake.Location.EndsWith(".overflowTo", StringComparison.Ordinal))));
    }

    /// <summary>Found once and told once: members of a range have their mistakes in common.</summary>
    private static void Add(
        IEnumerable<Grains.Configuration.ConfigurationMistake> found, ConfigurationPlaces places, MistakeList list, Func<Grains.Configuration.ConfigurationMistake, bool> unless)
    {
        foreach (Grains.Configuration.ConfigurationMistake mistake in found.Where(mistake => !unless(mistake)).DistinctBy(mistake => (places.Find(mistake.Location), mistake.Text)).ToArray())
        {
            list.Add(places.Find(mistake.Location), $"{mistake.Location}: {mistake.Text}", mistake.Remedy);
        }
    }
}
