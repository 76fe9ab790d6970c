using Routing.Gateway.Api.Configuration;

namespace Routing.Silo.Configuration;

/// <summary>Sounds as files beside the configuration, or below it: so that a folder can be moved, and sent, as a whole.</summary>
internal sealed class SoundFolder(string folder) : ISoundSource
{
    public (SoundFile? Sound, string Problem, string Remedy) Find(string name)
    {
        if (Path.IsPathRooted(name) || name.Contains('\\', StringComparison.Ordinal) || name.Split('/').Any(static part => part is "" or "." or ".."))
        {
            return (null, "is no path below the folder of this configuration", "put the file beside the configuration and write its name: closed.wav, or sounds/closed.wav");
        }

        string path = Path.Combine(folder, name);
        try
        {
            if (new FileInfo(path) is not { Exists: true, Length: var length })
            {
                return (null, $"does not exist (looked for {path})", "put the file beside the configuration and write its name");
            }

            if (!RealPath.IsIn(RealPath.Of(path), RealPath.Of(folder.Length == 0 ? "." : folder)))
            {
                return (null, "is a link that leads out of the folder of this configuration", "put the file itself there");
            }

            if (length > SoundReader.MaxFileBytes)
            {
                return (null, $"has {length} bytes", $"{SoundReader.MaxFileBytes} are the most: two minutes of 16-bit samples");
            }

            // Not read: of length 0 are devices and pipes too, which never end or never begin.
            return (new SoundFile(name, length == 0 ? [] : File.ReadAllBytes(path)), "", "");
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return (null, "cannot be read: " + error.Message.TrimEnd('.'), "let this program read it");
        }
    }
}
