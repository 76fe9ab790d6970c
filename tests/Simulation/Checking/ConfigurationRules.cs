using System.Text.Json;
using Routing.Contracts.Commands;
using Routing.Contracts.Configuration;
using Routing.Contracts.Serialization;

namespace Routing.Simulation.Checking;

/// <summary>
/// Which configuration is in force after a turn: the one that was applied, the former one that was gone back to, and never one that a process read again from a file that did not
/// change. What is refused or only looked at changes nothing at all.
/// </summary>
internal static class ConfigurationRules
{
    private const int KeptVersionsCount = 20;

    /// <summary>The configuration that the turn puts in force; null when it stays.</summary>
    public static DomainConfiguration? Take(Mirror mirror, CommittedTurn turn)
    {
        (DomainConfiguration? expected, bool isDryRun, bool isZones) = turn.Input.Command switch
        {
            ApplyConfiguration apply when IsKept(mirror, apply) => (ZonesAnew(mirror, apply), apply.DryRun, true),
            ApplyConfiguration apply => (apply.Configuration, apply.DryRun, false),
            RollbackConfiguration rollback => (Target(mirror, rollback) is { } target && target != mirror.Versions[^1] ? WithZonesOf(target.Configuration, mirror.Versions[^1].Configuration) : null, rollback.DryRun, false),
            _ => throw new ArgumentException("not of a configuration", nameof(turn)),
        };
        if (turn.Result.Reply is not ConfigurationReply reply)
        {
            throw Broken(turn, "has no reply of its own");
        }

        CheckCode(mirror, turn, reply);
        List<ConfigurationModel> versions = mirror.Versions;
        string? json = expected is null ? null : Json(expected);
        bool isChange = reply.IsOk && json is not null && (versions.Count == 0 || versions[^1].Json != json);
        long version = versions.Count == 0 ? 0 : versions[^1].Version;
        if (reply.IsChanged != isChange || reply.Version != (isChange && !isDryRun ? version + 1 : version))
        {
            throw Broken(turn, $"was version {version}, a change: {isChange}");
        }

        if (mirror.ChecksOutlook)
        {
            CheckOutlook(mirror, turn, reply, isChange ? expected : null, json);
        }

        if (!isChange || isDryRun)
        {
            CheckNothing(turn, isDryRun || !reply.IsOk);
        }
        else
        {
            versions.Add(new ConfigurationModel(version + 1, json!, expected!, isZones));
            versions.RemoveRange(0, Math.Max(0, versions.Count - KeptVersionsCount));
        }

        if (reply.IsOk && turn.Input.Command is ApplyConfiguration { Origin: ConfigurationOrigin.File, DryRun: false } file)
        {
            mirror.FileJson = Json(file.Configuration);
            mirror.FileVersion = isZones ? version : versions[^1].Version;
        }

        return isChange && !isDryRun ? expected : null;
    }

    private static void CheckCode(Mirror mirror, CommittedTurn turn, ConfigurationReply reply)
    {
        bool fits = turn.Input.Command switch
        {
            RollbackConfiguration rollback when Target(mirror, rollback) is null => reply.Code == ReplyCode.NotFound,
            RollbackConfiguration => reply.Code is ReplyCode.Ok or ReplyCode.Conflict,
            _ => reply.Code is ReplyCode.Ok or ReplyCode.Conflict or ReplyCode.Refused,
        };
        if (!fits)
        {
            throw Broken(turn, "has the wrong reply");
        }
    }

    private static void CheckOutlook(Mirror mirror, CommittedTurn turn, ConfigurationReply reply, DomainConfiguration? next, string? nextJson)
    {
        bool isFile = turn.Input.Command is ApplyConfiguration { Origin: ConfigurationOrigin.File };
        string? wrong = next is null || isFile
            ? reply.Changes is null ? null : "is said to change something"
            : OutlookRules.Find(mirror, reply, next, mirror.Versions.LastOrDefault()?.Json, nextJson!);
        if (wrong is not null)
        {
            throw Broken(turn, wrong);
        }
    }

    private static void CheckNothing(CommittedTurn turn, bool noRows)
    {
        if (turn.Result.Events.Count > 0 || turn.Result.Effects.Count > 0 || (noRows && turn.Result.Rows.Count > 0))
        {
            throw Broken(turn, "changes nothing and yet something");
        }
    }

    /// <summary>The process read this file before, or somebody applied the very same since it last read one.</summary>
    private static bool IsOldFile(Mirror mirror, ApplyConfiguration apply)
    {
        if (apply.Origin != ConfigurationOrigin.File || mirror.FileJson is null)
        {
            return false;
        }

        string json = Json(apply.Configuration);
        return mirror.FileJson == json || mirror.Versions.Exists(version => version.Version > mirror.FileVersion && version.Json == json);
    }

    /// <summary>A file that says what is in force, or what it said before.</summary>
    private static bool IsKept(Mirror mirror, ApplyConfiguration apply) =>
        apply.Origin == ConfigurationOrigin.File && (IsOldFile(mirror, apply) || (mirror.Versions.Count > 0 && mirror.Versions[^1].Json == Json(apply.Configuration)));

    /// <summary>What is in force, with what the process knows of its time zones by now; null when that is no news.</summary>
    private static DomainConfiguration? ZonesAnew(Mirror mirror, ApplyConfiguration apply)
    {
        DomainConfiguration inForce = mirror.Versions[^1].Configuration;
        DomainConfiguration anew = inForce with
        {
            Calendars = [.. inForce.Calendars.Select(calendar => calendar with { Offsets = apply.Zones.FirstOrDefault(zone => zone.TimeZone == calendar.TimeZone)?.Offsets ?? calendar.Offsets })],
        };
        return apply.DryRun || Json(anew) == mirror.Versions[^1].Json ? null : anew;
    }

    /// <summary>A rollback keeps what is known of the time zones in force.</summary>
    private static DomainConfiguration WithZonesOf(DomainConfiguration target, DomainConfiguration inForce) => target with
    {
        Calendars = [.. target.Calendars.Select(calendar => calendar with { Offsets = inForce.Calendars.FirstOrDefault(known => known.TimeZone == calendar.TimeZone)?.Offsets ?? calendar.Offsets })],
    };

    /// <summary>The version that was asked for; else the one before, not counting those that brought time zones up to date on the way.</summary>
    private static ConfigurationModel? Target(Mirror mirror, RollbackConfiguration rollback) => rollback.Version is { } asked
        ? mirror.Versions.Find(version => version.Version == asked)
        : mirror.Versions.FindLastIndex(static version => !version.IsZones) is var content and > 0 ? mirror.Versions[content - 1] : null;

    private static string Json(DomainConfiguration configuration) => JsonSerializer.Serialize(configuration, ContractsJson.Default.DomainConfiguration);

    private static CheckFailure Broken(CommittedTurn turn, string what) => new("configuration", $"{turn.Input.Command} {what}: {turn.Result.Reply}");
}
