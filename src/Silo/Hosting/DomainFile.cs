using System.Text.Json;
using Routing.Contracts.Commands;
using Routing.Contracts.Configuration;
using Routing.Contracts.Serialization;
using Routing.Mailbox.Hosting;
using Routing.Silo.Configuration;

namespace Routing.Silo.Hosting;

/// <summary>
/// A configuration that the process was given (a --config, or the built-in demo) and that it brings to its domain: at the start, and again when the process is told to read it again. What the
/// domain has already, or has been told otherwise since, it keeps (<see cref="ConfigurationOrigin.File"/>).
/// </summary>
/// <param name="path">File or folder as it was given; null for the built-in demo.</param>
internal sealed class DomainFile(string? path)
{
    public const string Actor = "process";

    public string? Path { get; } = path;

    /// <summary>For messages.</summary>
    public string Name => Path ?? "the built-in demo";

    public ConfigurationResult Read() => Path is null ? ConfigurationLoader.LoadDemo() : ConfigurationLoader.LoadFile(Path);

    /// <summary>
    /// Whether a domain has a file already, with the zones of its calendars as this machine knows them: then it need not be sent. Of a large domain it is some ten MiB, which its owner would check in a turn while callers wait.
    /// </summary>
    public static bool IsInForce(ConfigurationResult file, ConfigurationDetail inForce) =>
        inForce.FileTextSha256 == PackedSource.Sha256(file.Files, file.Sounds)
        && ZonesOf(inForce).TrueForAll(zone => inForce.Configuration.Calendars.All(calendar => calendar.TimeZone != zone.TimeZone || calendar.Offsets.SequenceEqual(zone.Offsets)));

    /// <param name="host">Reaches the domain.</param>
    /// <param name="file">Read without mistakes.</param>
    /// <param name="inForce">What the domain has; null when it has nothing yet.</param>
    /// <param name="occasion">For the record: "at the start".</param>
    /// <param name="onlyIfNew">Others may have copies of the file, newer ones too: one that the domain had before changes nothing.</param>
    /// <param name="cancellation">Gives up; it may happen nevertheless.</param>
    public static Task<CommandReply> ApplyAsync(IDomainHost host, ConfigurationResult file, ConfigurationDetail? inForce, string occasion, bool onlyIfNew, CancellationToken cancellation)
    {
        ApplyConfiguration command = Command(file, occasion) with { OnlyIfNew = onlyIfNew, Source = PackedSource.Pack(file.Files), Zones = ZonesOf(inForce) };
        return host.SendAsync(command.Configuration.Domain, command, idempotencyKey: null, cancellation);
    }

    /// <summary>Whether the domain may take it for new. False only when it says that it has or had it before.</summary>
    public static async Task<bool> MayChangeAsync(IDomainHost host, ConfigurationResult file, CancellationToken cancellation)
    {
        ApplyConfiguration command = Command(file, "") with { OnlyIfNew = true, DryRun = true };
        return await host.SendAsync(command.Configuration.Domain, command, idempotencyKey: null, cancellation) is not ConfigurationReply { IsOk: true, IsChanged: false };
    }

    private static ApplyConfiguration Command(ConfigurationResult file, string occasion) => new(file.Configuration ?? throw new ArgumentException("The file has mistakes.", nameof(file)))
    {
        Origin = ConfigurationOrigin.File,
        Actor = Actor,
        Comment = occasion,
        TextSha256 = PackedSource.Sha256(file.Files, file.Sounds),
    };

    /// <summary>What is in force instead of the file, in one line; null when the file is.</summary>
    public string? Difference(DomainConfiguration file, ConfigurationDetail inForce)
    {
        if (Json(file).AsSpan().SequenceEqual(Json(inForce.Configuration)))
        {
            return null;
        }

        ConfigurationVersion version = inForce.Version;
        string how = version.Origin switch
        {
            ConfigurationOrigin.Rollback => $"a rollback to {version.CopyOf} by {version.Actor}",
            ConfigurationOrigin.File => "read from a file",
            _ => $"applied by {version.Actor}",
        };
        string apply = Path is null ? "" : $"; 'routing config apply {Path}' applies the file";
        return $"{Name} did not change since it was read, and version {version.Version} ({how}) stays in force{apply}";
    }

    /// <summary>The zones of the calendars in force, which need not be the file's, as this machine knows them now. One that it does not know keeps its offsets.</summary>
    private static List<TimeZoneOffsets> ZonesOf(ConfigurationDetail? inForce)
    {
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

    private static byte[] Json(DomainConfiguration configuration) => JsonSerializer.SerializeToUtf8Bytes(configuration, ContractsJson.Default.DomainConfiguration);
}
