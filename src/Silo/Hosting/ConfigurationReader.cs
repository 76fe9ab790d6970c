using Routing.Contracts.Configuration;
using Routing.Gateway.Api.Configuration;
using Routing.Gateway.Api.Models;
using Routing.Silo.Configuration;

namespace Routing.Silo.Hosting;

/// <summary>Reads the configurations that REST brings, with what this process may not take among the mistakes.</summary>
internal sealed class ConfigurationReader(SiloSettings settings) : IConfigurationReader
{
    public ConfigurationReading Read(IReadOnlyList<ConfigurationFile> files, IReadOnlyList<SoundFile> sounds)
    {
        ConfigurationResult result = ConfigurationLoader.Load(files.Count == 1 ? files[0].Name : "configuration", files, new SentSounds(sounds));
        if (result.Configuration is not { } domain)
        {
            return new ConfigurationReading(null, [.. result.Mistakes.Select(Map)], [], null);
        }

        return DemoGuard.Refusal(domain, settings) is var (problem, remedy)
            ? new ConfigurationReading(null, [Map(new ConfigurationMistake(files[0].Name, 0, 0, problem, remedy))], [], null)
            : new ConfigurationReading(domain, [], [.. result.Warnings.Select(Map)], PackedSource.Pack(files));
    }

    public ConfigurationOverlaps Compare(string file, DomainConfiguration domain, IReadOnlyList<DomainConfiguration> others)
    {
        IReadOnlyList<DomainOverlap> found = DomainOverlaps.FindFor((file, domain), others);
        return new ConfigurationOverlaps([.. Of(found, isRefused: true)], [.. Of(found, isRefused: false)]);

        IEnumerable<ConfigurationMistakeModel> Of(IReadOnlyList<DomainOverlap> overlaps, bool isRefused) =>
            overlaps.Where(overlap => overlap.IsRefused == isRefused).Select(overlap => Map(new ConfigurationMistake(file, 0, 0, overlap.Problem, overlap.Remedy)));
    }

    public IReadOnlyList<ConfigurationFile> Unpack(ReadOnlyMemory<byte> source) => PackedSource.Unpack(source);

    private static ConfigurationMistakeModel Map(ConfigurationMistake mistake) => new()
    {
        File = mistake.File,
        Line = mistake.Line,
        Column = mistake.Column,
        Problem = mistake.Problem,
        Remedy = mistake.Remedy,
    };
}
