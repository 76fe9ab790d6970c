using System.Buffers;
using System.Text;
using System.Text.Unicode;
using Routing.Gateway.Api.Configuration;

namespace Routing.Silo.Configuration;

/// <summary>
/// Reads the texts of a configuration: a file, or all *.yaml and *.yml of a folder in the ordinal order of their names. Links are followed inside the folder, which mounted volumes
/// are made of; one that leads out is refused: who may write into the folder could else have any file that the process may read kept with the configuration, and shown.
/// </summary>
internal static class ConfigurationFiles
{
    /// <summary>Of all files together.</summary>
    public const long MaxFileBytes = 16 * 1024 * 1024;

    public const int MaxFilesCount = 100;

    private const int BufferBytes = 64 * 1024;

    private static readonly string[] Extensions = [".yaml", ".yml"];

    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

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

            string? folder = Directory.Exists(path) ? RealPath.Of(path) : null;
            foreach (string name in names)
            {
                current = name;
                if (folder is not null && !RealPath.IsIn(RealPath.Of(name), folder))
                {
                    mistakes.Add(In(path, name) + "is a link that leads out of the folder", "put the file itself there, or link to one inside the folder");
                    return null;
                }

                if (folder is not null && new FileInfo(RealPath.Of(name)).Length == 0)
                {
                    // Not opened: of length 0 are pipes and devices too, and a pipe that nobody writes would hold up the program for ever.
                    mistakes.Add(In(path, name) + "is empty, or no ordinary file but a pipe or a device", "write the configuration into it, if only a comment, or take it out of the folder");
                    return null;
                }

                if (Content(name, MaxFileBytes - bytes) is not { } content)
                {
                    mistakes.Add($"is longer than {MaxFileBytes / 1024 / 1024} MB", "write big sets of agents as a range: agent[1-2000]");
                    return null;
                }

                bytes += content.Length;
                if (!HasMark(content) && !Utf8.IsValid(content))
                {
                    mistakes.Add(In(path, name) + $"is not UTF-8 text: look at line {LineOfFault(content)}", "save it as UTF-8");
                    return null;
                }

                using var reader = new StreamReader(new MemoryStream(content), Strict, detectEncodingFromByteOrderMarks: true);
                files.Add(new ConfigurationFile(name, reader.ReadToEnd()));
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

    /// <summary>A file's bytes; null when it has more of them, also when it has no end (a device).</summary>
    private static byte[]? Content(string name, long maxBytes)
    {
        using var content = new MemoryStream();
        using var file = new FileStream(name, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        byte[] buffer = new byte[BufferBytes];
        for (int read; content.Length <= maxBytes && (read = file.Read(buffer)) > 0;)
        {
            content.Write(buffer, 0, read);
        }

        return content.Length > maxBytes ? null : content.ToArray();
    }

    /// <summary>A byte order mark says that it is UTF-16, which the reader knows.</summary>
    private static bool HasMark(ReadOnlySpan<byte> content) => content is [0xFE, 0xFF, ..] or [0xFF, 0xFE, ..];

    /// <summary>The line of the first byte that no UTF-8 text has there.</summary>
    private static int LineOfFault(ReadOnlySpan<byte> content)
    {
        int line = 1;
        while (Rune.DecodeFromUtf8(content, out Rune letter, out int bytes) == OperationStatus.Done)
        {
            line += letter.Value == '\n' ? 1 : 0;
            content = content[bytes..];
        }

        return line;
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
