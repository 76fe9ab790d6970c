using System.Text;
using Routing.Gateway.Api.Configuration;

namespace Routing.Silo.Configuration;

/// <summary>Reads the texts of a configuration: a file, or all *.yaml and *.yml of a folder in the ordinal order of their names.</summary>
internal static class ConfigurationFiles
{
    /// <summary>Of all files together.</summary>
    public const long MaxFileBytes = 16 * 1024 * 1024;

    public const int MaxFilesCount = 100;

    private static readonly string[] Extensions = [".yaml", ".yml"];

    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>The texts, or null after telling what is wrong.</summary>
    public static IReadOnlyList<ConfigurationFile>? Read(string path, MistakeList mistakes)
    {
        List<ConfigurationFile> files = [];
        long bytes = 0;
        string current = path;
        try
        {
            string[] names = Directory.Exists(path) ? InFolder(path) : [path];
            if (names.Length is 0 or > MaxFilesCount)
            {
                mistakes.Add(
                    names.Length == 0 ? "is a folder without *.yaml or *.yml files" : $"is a folder with {names.Length} files", $"put 1 to {MaxFilesCount} YAML files into it, or give the path of one");
                return null;
            }

            foreach (string name in names)
            {
                current = name;
                bytes += new FileInfo(name) is { Exists: true, Length: var length } ? length : 0;
                if (bytes > MaxFileBytes)
                {
                    mistakes.Add($"is longer than {MaxFileBytes / 1024 / 1024} MB", "write big sets of agents as a range: agent[1-2000]");
                    return null;
                }

                files.Add(new ConfigurationFile(name, File.ReadAllText(name, Utf8)));
            }

            return files;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            mistakes.Add(In(path, current) + (File.Exists(current) ? "cannot be read: " + error.Message.TrimEnd('.') : "does not exist"), "give the path of a YAML file, or of a folder of them");
        }
        catch (DecoderFallbackException)
        {
            mistakes.Add(In(path, current) + "is not UTF-8 text", "save it as UTF-8");
        }

        return null;
    }

    private static string In(string path, string file) => path == file ? "" : Path.GetFileName(file) + " ";

    /// <summary>Not the hidden ones: editors and mounted volumes keep their own things there.</summary>
    private static string[] InFolder(string folder) =>
    [
        .. Directory.EnumerateFiles(folder)
            .Where(static file => Extensions.Contains(Path.GetExtension(file), StringComparer.Ordinal) && !Path.GetFileName(file).StartsWith('.'))
            .OrderBy(Path.GetFileName, StringComparer.Ordinal),
    ];
}
