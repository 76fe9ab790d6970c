using Routing.Contracts.Configuration;

namespace Routing.Gateway.Api.Configuration;

/// <summary>Makes configurations of the texts that people write. The process has one; the gateway itself knows no YAML.</summary>
public interface IConfigurationReader
{
    /// <summary>Reads the files of a domain, and checks what can be checked without the domain.</summary>
    /// <param name="files">At least one.</param>
    /// <param name="sounds">The sounds that they may name.</param>
    ConfigurationReading Read(IReadOnlyList<ConfigurationFile> files, IReadOnlyList<SoundFile> sounds);

    /// <summary>Compares a domain as it is to be with the others as they are.</summary>
    /// <param name="file">By what messages call it.</param>
    /// <param name="domain">The domain that is to be changed.</param>
    /// <param name="others">The configurations in force of other domains.</param>
    ConfigurationOverlaps Compare(string file, DomainConfiguration domain, IReadOnlyList<DomainConfiguration> others);

    /// <summary>The texts of <see cref="ConfigurationReading.Source"/>.</summary>
    IReadOnlyList<ConfigurationFile> Unpack(ReadOnlyMemory<byte> source);
}
