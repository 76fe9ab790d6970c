namespace Routing.Gateway.Api.Configuration;

/// <summary>Makes configurations of the texts that people write. The process has one; the gateway itself knows no YAML.</summary>
public interface IConfigurationReader
{
    /// <summary>Reads the files of a domain, and checks what can be checked without the domain.</summary>
    /// <param name="files">At least one.</param>
    /// <param name="sounds">The sounds that they may name.</param>
    ConfigurationReading Read(IReadOnlyList<ConfigurationFile> files, IReadOnlyList<SoundFile> sounds);

    /// <summary>The texts of <see cref="ConfigurationReading.Source"/>.</summary>
    IReadOnlyList<ConfigurationFile> Unpack(ReadOnlyMemory<byte> source);
}
