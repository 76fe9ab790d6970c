using Routing.Contracts.Configuration;
using Routing.Gateway.Api.Configuration;

namespace Routing.Silo.Configuration;

/// <summary>What a file says: the domain's configuration, or every mistake in it.</summary>
/// <param name="Configuration">Null when there are mistakes.</param>
/// <param name="Mistakes">In the order of the file.</param>
/// <param name="Warnings">What works and was hardly meant, or is unwise, in the order of the file.</param>
internal sealed record ConfigurationResult(DomainConfiguration? Configuration, IReadOnlyList<ConfigurationMistake> Mistakes, IReadOnlyList<ConfigurationMistake> Warnings)
{
    /// <summary>What was read, in the order in which it was merged.</summary>
    public IReadOnlyList<ConfigurationFile> Files { get; init; } = [];

    /// <summary>The sounds that it names, in the order of its announcements.</summary>
    public IReadOnlyList<SoundFile> Sounds { get; init; } = [];
}
