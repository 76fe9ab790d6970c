using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;
using Routing.Gateway.Api.Models;

namespace Routing.Gateway.Api.Configuration;

/// <summary>Reads the body of a new configuration: one file as YAML, or several with their names as JSON.</summary>
internal static class ConfigurationBody
{
    public const int MaxFilesCount = 100;
    public const int MaxNameLengthChars = 100;

    private const string OnlyName = "configuration.yaml";

    public static readonly string[] YamlTypes = ["application/yaml", "application/x-yaml", "text/yaml"];
    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>The bytes with what was sent in them, or why there are none.</summary>
    public static async Task<(byte[]? Body, ConfigurationSent? Sent, Problem? Problem)> ReadAsync(HttpContext context, int maxBytes)
    {
        bool isYaml = MediaTypeHeaderValue.TryParse(context.Request.ContentType, out MediaTypeHeaderValue? type)
            && YamlTypes.Contains(type.MediaType.Value, StringComparer.OrdinalIgnoreCase);
        if (!isYaml && !context.Request.HasJsonContentType())
        {
            return (null, null, ConfigurationProblems.NotYaml(context.Request.ContentType));
        }

        (byte[]? body, Problem? problem) = await JsonBody.ReadBytesAsync(context, maxBytes);
        if (problem is not null)
        {
            return (null, null, problem);
        }

        ConfigurationSent? sent = null;
        problem = isYaml ? ReadYaml(body!, out sent) : ReadJson(body!, out sent);
        return (body, sent, problem);
    }

    private static Problem? ReadYaml(byte[] body, out ConfigurationSent? sent)
    {
        try
        {
            sent = new ConfigurationSent([new ConfigurationFile(OnlyName, Utf8.GetString(body).TrimStart('\uFEFF'))], []);
            return null;
        }
        catch (DecoderFallbackException)
        {
            sent = null;
            return Problems.BadBody("The body is not UTF-8 text.", "body", "Send the file as it is, saved as UTF-8.");
        }
    }

    private static Problem? ReadJson(byte[] body, out ConfigurationSent? sent)
    {
        sent = null;
        if (JsonBody.Parse(body, ApiJson.Default.ConfigurationFilesModel, ["files", "sounds"], out ConfigurationFilesModel? model) is { } problem)
        {
            return problem;
        }

        if (model!.Files is not { Count: > 0 and <= MaxFilesCount } files)
        {
            return Problems.BadBody($"'files' must have 1 to {MaxFilesCount} entries.", "body $.files", "Send {\"files\":[{\"name\":\"a.yaml\",\"text\":\"…\"}]}.");
        }

        for (int i = 0; i < files.Count; i++)
        {
            if (files[i] is not { Text: not null, Name: { Length: > 0 and <= MaxNameLengthChars } name } || name.Any(char.IsControl))
            {
                return Problems.BadBody("A file needs a name and a text.", $"body $.files[{i}]", $"Give it a 'name' of at most {MaxNameLengthChars} characters and its 'text'.", ["name", "text"]);
            }
        }

        problem = ReadSounds(model.Sounds ?? [], out List<SoundFile> sounds);
        sent = new ConfigurationSent([.. files.Select(static file => new ConfigurationFile(file.Name!, file.Text!))], sounds);
        return problem;
    }

    private static Problem? ReadSounds(IReadOnlyList<SoundFileModel> sent, out List<SoundFile> sounds)
    {
        sounds = [];
        if (sent.Count > MaxFilesCount)
        {
            return Problems.BadBody($"'sounds' has {sent.Count} entries.", "body $.sounds", $"Send at most {MaxFilesCount}.");
        }

        for (int i = 0; i < sent.Count; i++)
        {
            byte[] bytes = new byte[(sent[i]?.Base64?.Length ?? 0) / 4 * 3];
            if (sent[i] is not { Base64: { Length: > 0 } base64, Name: { Length: > 0 and <= MaxNameLengthChars } name } || name.Any(char.IsControl) || !Convert.TryFromBase64String(base64, bytes, out int count))
            {
                return Problems.BadBody("A sound needs a name and its bytes.", $"body $.sounds[{i}]", $"Give it the 'name' that the announcement has in 'file', and the file in 'base64'.", ["name", "base64"]);
            }

            sounds.Add(new SoundFile(name, bytes.AsMemory(0, count)));
        }

        return null;
    }
}
