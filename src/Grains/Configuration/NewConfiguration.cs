using Routing.Contracts.Commands;
using Routing.Contracts.Configuration;
using Routing.Contracts.Engine;
using Routing.Grains.Domain;
using Routing.Grains.Queue;

namespace Routing.Grains.Configuration;

/// <summary>
/// Decides about a configuration that somebody brings, keeps its versions, and has it put in force (<see cref="ConfigurationChange"/>). A former version's content is written when
/// it is superseded, so nothing is stored twice.
/// </summary>
internal static class NewConfiguration
{
    public static CommandReply Apply(DomainState state, ApplyConfiguration command, TurnContext turn)
    {
        if (command.Comment is { Length: > ApplyConfiguration.MaxCommentLengthChars })
        {
            return Refused(state, [$"comment: is longer than {ApplyConfiguration.MaxCommentLengthChars} characters."]);
        }

        IReadOnlyList<ConfigurationMistake> mistakes = ConfigurationCheck.Check(command.Configuration);
        if (mistakes.Count > 0)
        {
            return Refused(state, mistakes.Select(static mistake => mistake.ToString()));
        }

        if (command.Configuration.Domain != state.Domain.Id)
        {
            return Refused(state, [$"domain: is '{command.Configuration.Domain}', and this is domain '{state.Domain.Id}'."]);
        }

        byte[] json = ConfigurationCodec.ToJson(command.Configuration);
        bool isFile = command.Origin == ConfigurationOrigin.File && !command.DryRun;
        string sha256 = ConfigurationCodec.Sha256(json);
        if (command is { OnlyIfNew: true, Origin: ConfigurationOrigin.File } && IsFormer(state, json, sha256, command.TextSha256))
        {
            return new ConfigurationReply(ReplyCode.Ok) { Version = state.Plan.Version, IsFormer = true };
        }

        if (IsInForce(state, json) || (command.Origin == ConfigurationOrigin.File && IsOld(state.Configuration, sha256, command.TextSha256)))
        {
            if (isFile)
            {
                RememberFile(state.Configuration, sha256, command.TextSha256, turn);
                if (WithZones(state.Plan.Configuration, command.Zones) is { } anew)
                {
                    return PutZonesInForce(state, anew, json, command, turn);
                }
            }

            return new ConfigurationReply(ReplyCode.Ok) { Version = state.Plan.Version };
        }

        var version = new ConfigurationVersion
        {
            Version = state.Plan.Version + 1,
            AtMs = turn.NowMs,
            Origin = command.Origin,
            Actor = command.Actor,
            Comment = command.Comment,
            Sha256 = sha256,
            Bytes = json.Length,
        };
        CommandReply reply = PutInForce(state, command.Configuration, json, version, command.Source, command.DryRun, turn);
        if (isFile && reply.IsOk)
        {
            RememberFile(state.Configuration, sha256, command.TextSha256, turn);
        }

        return reply;
    }

    /// <summary>The configuration with the offsets that its zones have now; null when it has them.</summary>
    private static DomainConfiguration? WithZones(DomainConfiguration of, IReadOnlyList<TimeZoneOffsets> zones)
    {
        bool isChanged = false;
        List<CalendarConfiguration> calendars = [];
        foreach (CalendarConfiguration calendar in of.Calendars)
        {
            TimeZoneOffsets? now = zones.FirstOrDefault(zone => zone.TimeZone == calendar.TimeZone);
            bool differs = now is not null && !now.Offsets.SequenceEqual(calendar.Offsets);
            isChanged |= differs;
            calendars.Add(differs ? calendar with { Offsets = now!.Offsets } : calendar);
        }

        return isChanged ? of with { Calendars = calendars } : null;
    }

    /// <param name="state">The domain.</param>
    /// <param name="anew">What is in force, with new offsets.</param>
    /// <param name="file">The stored form of the file: its text is that of this version when they say the same.</param>
    /// <param name="command">Brought the file.</param>
    /// <param name="turn">The turn.</param>
    private static ConfigurationReply PutZonesInForce(DomainState state, DomainConfiguration anew, byte[] file, ApplyConfiguration command, TurnContext turn)
    {
        IReadOnlyList<ConfigurationMistake> mistakes = ConfigurationCheck.Check(anew);
        if (mistakes.Count > 0)
        {
            return Refused(state, mistakes.Select(static mistake => mistake.ToString()));
        }

        byte[] json = ConfigurationCodec.ToJson(anew);
        var version = new ConfigurationVersion
        {
            Version = state.Plan.Version + 1,
            AtMs = turn.NowMs,
            Origin = command.Origin,
            Actor = command.Actor,
            Comment = ConfigurationVersion.ZonesComment,
            Sha256 = ConfigurationCodec.Sha256(json),
            Bytes = json.Length,
        };
        return PutInForce(state, anew, json, version, json.AsSpan().SequenceEqual(file) ? command.Source : null, dryRun: false, turn);
    }

    public static CommandReply RollBack(DomainState state, RollbackConfiguration command, TurnContext turn)
    {
        if (command.Comment is { Length: > ApplyConfiguration.MaxCommentLengthChars })
        {
            return Refused(state, [$"comment: is longer than {ApplyConfiguration.MaxCommentLengthChars} characters."]);
        }

        ConfigurationRecord record = state.Configuration;
        if (Target(record, command) is not { } target)
        {
            string listed = record.Versions.Count > 1 ? "Kept are " + string.Join(", ", record.Versions.SkipLast(1).Select(static version => version.Version)) + "." : "There is none before the current one.";
            return new ConfigurationReply(ReplyCode.NotFound, $"Version {command.Version?.ToString(System.Globalization.CultureInfo.InvariantCulture) ?? "before the current one"} is not kept. {listed}") { Version = state.Plan.Version };
        }

        if (target == record.Version)
        {
            return new ConfigurationReply(ReplyCode.Ok) { Version = state.Plan.Version };
        }

        ReadOnlyMemory<byte> stored = turn.ColdRow(GrainKind.FormerConfigurationOf(target)) ?? throw new InvalidOperationException($"Version {target} is listed and not stored.");
        DomainConfiguration kept = ConfigurationCodec.FromJson(stored.Span);

        // What was known of a time zone is no decision to go back to.
        DomainConfiguration configuration = WithZones(kept, [.. state.Plan.Configuration.Calendars.Select(static calendar => new TimeZoneOffsets(calendar.TimeZone, calendar.Offsets))]) ?? kept;
        IReadOnlyList<ConfigurationMistake> mistakes = ConfigurationCheck.Check(configuration);
        if (mistakes.Count > 0)
        {
            // Stored by a former program that was less strict.
            return Refused(state, mistakes.Select(static mistake => mistake.ToString()));
        }

        byte[] json = ConfigurationCodec.ToJson(configuration);
        if (IsInForce(state, json))
        {
            return new ConfigurationReply(ReplyCode.Ok) { Version = state.Plan.Version };
        }

        var version = new ConfigurationVersion
        {
            Version = state.Plan.Version + 1,
            AtMs = turn.NowMs,
            Origin = ConfigurationOrigin.Rollback,
            Actor = command.Actor,
            Comment = command.Comment,
            Sha256 = ConfigurationCodec.Sha256(json),
            Bytes = json.Length,
            CopyOf = target,
        };
        return PutInForce(state, configuration, json, version, turn.ColdRow(GrainKind.ConfigurationSourceOf(target)), command.DryRun, turn);
    }

    /// <summary>The rows that a rollback reads: what it goes back to, and the text of that.</summary>
    public static void NameColdRows(DomainState state, RollbackConfiguration command, ICollection<RowKey> keys)
    {
        if (Target(state.Configuration, command) is { } target && target != state.Configuration.Version)
        {
            keys.Add(GrainKind.FormerConfigurationOf(target));
            keys.Add(GrainKind.ConfigurationSourceOf(target));
        }
    }

    private static long? Target(ConfigurationRecord record, RollbackConfiguration command) =>
        command.Version is { } asked ? record.Versions.Find(version => version.Version == asked)?.Version : ConfigurationVersion.OneBefore(record.Versions);

    private static ConfigurationReply PutInForce(
        DomainState state, DomainConfiguration configuration, byte[] json, ConfigurationVersion version, ReadOnlyMemory<byte>? source, bool dryRun, TurnContext turn)
    {
        DomainPlan plan = new(version.Version, configuration);
        List<string> inUse = [.. QueuesInUse(state, plan), .. TooManyLeaving(state, plan, turn.Limits.MaxRowsCount / 2)];
        if (inUse.Count > 0)
        {
            return new ConfigurationReply(ReplyCode.Conflict, string.Join('\n', inUse)) { Version = state.Plan.Version };
        }

        ConfigurationReply reply = new(ReplyCode.Ok)
        {
            Version = dryRun ? state.Plan.Version : version.Version,
            IsChanged = true,
            Changes = version.Origin == ConfigurationOrigin.File ? null : ConfigurationOutlook.Of(state, plan, json),
        };
        if (!dryRun)
        {
            Store(state.Configuration, json, version, source, turn);
            ConfigurationChange.Apply(state, plan, turn);
        }

        return reply;
    }

    private static void Store(ConfigurationRecord record, byte[] json, ConfigurationVersion version, ReadOnlyMemory<byte>? source, TurnContext turn)
    {
        if (record.Version > 0)
        {
            turn.PutRow(GrainKind.FormerConfigurationOf(record.Version), record.Json);
        }

        if (source is { Length: <= ApplyConfiguration.MaxSourceBytes } text)
        {
            turn.PutRow(GrainKind.ConfigurationSourceOf(version.Version), text);
        }

        foreach (long forgotten in record.Add(version))
        {
            turn.DeleteRow(GrainKind.FormerConfigurationOf(forgotten));
            turn.DeleteRow(GrainKind.ConfigurationSourceOf(forgotten));
        }

        record.Version = version.Version;
        record.Json = json;
        turn.PutRow(GrainKind.ConfigurationKey, record.Write(turn.Scratch));
    }

    /// <summary>A row of a former program has not the settings that came since: compared is what it means.</summary>
    private static bool IsInForce(DomainState state, ReadOnlySpan<byte> json) =>
        state.Configuration.Json.Length > 0 && (json.SequenceEqual(state.Configuration.Json.Span) || json.SequenceEqual(ConfigurationCodec.ToJson(state.Plan.Configuration)));

    /// <summary>Whether the file says what it said when the process last read it, or what somebody applied since: later decisions count then.</summary>
    private static bool IsOld(ConfigurationRecord record, string sha256, string? textSha256) =>
        (record.FileSha256 is { } known && known == sha256)
        || (record.FileTextSha256 is { } text && text == textSha256)
        || record.Versions.Exists(version => version.Version > record.FileVersion && version.Sha256 == sha256 && record.FileSha256 is not null);

    /// <summary>Whether the domain had the file before another one. Versions tell of files whose texts a former program did not keep.</summary>
    private static bool IsFormer(DomainState state, ReadOnlySpan<byte> json, string sha256, string? textSha256)
    {
        ConfigurationRecord record = state.Configuration;
        if (IsInForce(state, json) || (textSha256 is not null && record.FileTextSha256 == textSha256))
        {
            return false;
        }

        return (textSha256 is not null && record.FileTexts.Contains(textSha256)) || (record.FileSha256 != sha256 && record.Versions.Exists(version => version.Sha256 == sha256));
    }

    private static void RememberFile(ConfigurationRecord record, string sha256, string? textSha256, TurnContext turn)
    {
        if (record.FileSha256 == sha256 && record.FileTextSha256 == textSha256 && record.FileVersion == record.Version)
        {
            return;
        }

        record.Remember(sha256, textSha256);
        turn.PutRow(GrainKind.ConfigurationKey, record.Write(turn.Scratch));
    }

    private static ConfigurationReply Refused(DomainState state, IEnumerable<string> lines) => new(ReplyCode.Refused, string.Join('\n', lines)) { Version = state.Plan.Version };

    /// <summary>Agents who were at work have a row each, which goes with them. Said before anything changes: the turn would else break its limit, and nobody would know why.</summary>
    /// <param name="state">The domain.</param>
    /// <param name="plan">What would be in force.</param>
    /// <param name="maxCount">Half the rows that a turn may change: calls that wait, and those that ring agents who leave, change with them.</param>
    private static string[] TooManyLeaving(DomainState state, DomainPlan plan, int maxCount)
    {
        int leaving = state.AgentsInOrder.Count(agent => agent.IsStored && plan.FindAgent(agent.Id) is null);
        return leaving > maxCount ? [$"agents: {leaving} agents who have been at work would leave at once, and {maxCount} are the most in one change. Remove them in several."] : [];
    }

    private static List<string> QueuesInUse(DomainState state, DomainPlan plan)
    {
        List<string> lines = [];
        foreach (QueueGrain queue in state.QueuesInOrder)
        {
            if (plan.FindQueue(queue.Id) is not null)
            {
                continue;
            }

            GuestCounts guests = queue.Record.Guests;
            if (guests.Waiting + guests.Talking > 0)
            {
                lines.Add($"queues: '{queue.Id}' cannot be removed while {guests.Waiting} calls of other domains ask for its agents and {guests.Talking} talk to them. Remove its guests first, and it when they have ended.");
            }

            if (queue.Waiting + queue.Talking > 0)
            {
                lines.Add($"queues: '{queue.Id}' cannot be removed while {queue.Waiting} calls wait in it and {queue.Talking} of its calls are in conversation. Lead its numbers to another queue first, and remove it when they have ended.");
            }
        }

        return lines;
    }
}
