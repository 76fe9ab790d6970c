using Routing.Contracts.Commands;
using Routing.Contracts.Configuration;
using Routing.Contracts.Ids;
using Routing.Contracts.Serialization;
using Routing.Mailbox.Hosting;
using Routing.Silo.Configuration;

namespace Routing.Silo.Hosting;

/// <summary>
/// Brings the process's own configuration (--config, or the built-in demo) to its domain: at the start, and again when the process is told to read it again. What the domain has
/// already, or has been told otherwise since, it keeps (<see cref="ConfigurationOrigin.File"/>).
/// </summary>
internal static class DomainFile
{
    public const string Actor = "process";

    private const string Demo = "the built-in demo";

    /// <summary>The file, the folder or the demo.</summary>
    public static ConfigurationResult Read(SiloSettings settings) => settings.ConfigFile is { } path ? ConfigurationLoader.LoadFile(path) : ConfigurationLoader.LoadDemo();

    /// <param name="host">Has the domain.</param>
    /// <param name="file">Read without mistakes.</param>
    /// <param name="occasion">For the record: "at the start".</param>
    /// <param name="cancellation">Gives up; it may happen nevertheless.</param>
    public static async Task<CommandReply> ApplyAsync(IDomainHost host, ConfigurationResult file, string occasion, CancellationToken cancellation)
    {
        DomainConfiguration domain = file.Configuration ?? throw new ArgumentException("The file has mistakes.", nameof(file));
        var command = new ApplyConfiguration(domain)
        {
            Origin = ConfigurationOrigin.File,
            Actor = Actor,
            Comment = occasion,
            TextSha256 = PackedSource.Sha256(file.Files, file.Sounds),
            Source = PackedSource.Pack(file.Files),
            Zones = await ZonesAsync(host, domain.Domain, cancellation),
        };
        return await host.SendAsync(domain.Domain, command, idempotencyKey: null, cancellation);
    }

    /// <summary>The zones of the calendars in force, which need not be the file's, as this machine knows them now. One that it does not know keeps its offsets.</summary>
    private static async Task<IReadOnlyList<TimeZoneOffsets>> ZonesAsync(IDomainHost host, DomainId domain, CancellationToken cancellation)
    {
        ConfigurationDetail? inForce = await host.ReadConfigurationAsync(domain, version: null, cancellation);
        int year = TimeProvider.System.GetUtcNow().Year;
        List<TimeZoneOffsets> zones = [];
        foreach (string zone in (inForce?.Configuration.Calendars ?? []).Select(static calendar => calendar.TimeZone).Distinct(StringComparer.Ordinal))
        {
            if (ZoneRules.Find(zone, year) is { } offsets)
            {
                zones.Add(new TimeZoneOffsets(zone, offsets));
            }
        }

        return zones;
    }

    /// <summary>What is in force instead of the file, in one line; null when the file is.</summary>
    public static string? Difference(SiloSettings settings, DomainConfiguration file, ConfigurationDetail inForce)
    {
        if (Json(file).AsSpan().SequenceEqual(Json(inForce.Configuration)))
        {
            return null;
        }

        ConfigurationVersion version = inForce.Version;
        string how = version.Origin == ConfigurationOrigin.Rollback ? $"a rollback to {version.CopyOf} by {version.Actor}" : $"applied by {version.Actor}";
        string apply = settings.ConfigFile is { } path ? $"; 'routing config apply {path}' applies the file" : "";
        return $"{settings.ConfigFile ?? Demo} did not change since it was read, and version {version.Version} ({how}) stays in force{apply}";
    }

    private static byte[] Json(DomainConfiguration configuration) => System.Text.Json.JsonSerializer.SerializeToUtf8Bytes(configuration, ContractsJson.Default.DomainConfiguration);
}
