using System.Text;
using Routing.Contracts.Configuration;
using Routing.Gateway.Api.Configuration;
using Routing.Gateway.Api.Models;
using Routing.Gateway.Tests.Feeds;

namespace Routing.Gateway.Tests.Api;

/// <summary>Takes every text but "bad", with a warning.</summary>
internal sealed class PlainConfigurationReader : IConfigurationReader
{
    public ConfigurationReading Read(IReadOnlyList<ConfigurationFile> files, IReadOnlyList<SoundFile> sounds) => files[0].Text == "bad"
        ? new ConfigurationReading(null, [Mistake(files[0].Name, "is bad"), Mistake(files[0].Name, "is very bad")], [], null)
        : new ConfigurationReading(
            new DomainConfiguration { Domain = Sample.DomainId, Realm = "r" },
            [],
            [Mistake(files[0].Name, "hardly meant")],
            Encoding.UTF8.GetBytes(string.Join(';', files.Select(file => $"{file.Name}={file.Text}").Concat(sounds.Select(sound => $"{sound.Name}:{sound.Bytes.Length}")))));

    public ConfigurationOverlaps Compare(string file, DomainConfiguration domain, IReadOnlyList<DomainConfiguration> others) => new([], []);

    public IReadOnlyList<ConfigurationFile> Unpack(ReadOnlyMemory<byte> source) => [new ConfigurationFile("a.yaml", Encoding.UTF8.GetString(source.Span))];

    private static ConfigurationMistakeModel Mistake(string file, string problem) => new() { File = file, Line = 3, Column = 7, Problem = problem, Remedy = "make it good" };
}
