using System.Text;
using Routing.Contracts.Commands;
using Routing.Contracts.Configuration;
using Routing.Contracts.Effects;
using Routing.Contracts.Engine;
using Routing.Contracts.Events;
using Routing.Contracts.Ids;
using Routing.Contracts.Views;
using Routing.Grains.Domain;
using Xunit;

namespace Routing.Grains.Tests;

/// <summary>Versions of a configuration: kept, rolled back to, looked at before they are applied, and not undone by a restart.</summary>
public sealed class ConfigurationVersions
{
    [Fact]
    public void A_version_says_when_who_and_why_and_outlives_a_reload()
    {
        TestDomain domain = new(Configurations.Demo());
        domain.Skip(1_000);
        var reply = (ConfigurationReply)domain.Send(Named("Help") with { Actor = "ops", Comment = "summer", Source = Encoding.UTF8.GetBytes("yaml") });
        Assert.Equal((2L, true), (reply.Version, reply.IsChanged));
        domain.Reload();
        ConfigurationDetail detail = Read(domain)!;
        Assert.Equal([1L, 2L], detail.Versions.Select(version => version.Version));
        Assert.Equal((2L, domain.NowMs, "ops", "summer", ConfigurationOrigin.Operator), (detail.Version.Version, detail.Version.AtMs, detail.Version.Actor, detail.Version.Comment, detail.Version.Origin));
        Assert.Equal("yaml", Encoding.UTF8.GetString(detail.Source!.Value.Span));
        Assert.Equal(64, detail.Version.Sha256.Length);
        Assert.NotEqual(detail.Versions[0].Sha256, detail.Version.Sha256);
        Assert.Equal("support", Read(domain, 1)!.Configuration.Queues.Single(queue => queue.Id.Value == "support").Name);
        Assert.Null(Read(domain, 3));
    }

    [Fact]
    public void One_step_back_is_a_new_version_and_another_step_undoes_it()
    {
        TestDomain domain = new(Configurations.Demo());
        domain.Send(Named("Help") with { Source = Encoding.UTF8.GetBytes("of 2") });
        domain.Reload();
        var reply = (ConfigurationReply)domain.Send(new RollbackConfiguration(null, "ops") { Comment = "too early" });
        Assert.Equal((3L, "queues[support].name"), (reply.Version, Assert.Single(reply.Changes!.Differences).Location));
        Assert.Equal("support", domain.Queue("support").Name);
        Assert.Equal((ConfigurationOrigin.Rollback, 1L, "too early"), (Read(domain)!.Version.Origin, Read(domain)!.Version.CopyOf, Read(domain)!.Version.Comment));
        Assert.Equal(3, domain.Event<EdgeConfigurationChanged>().Version);
        domain.Send(new RollbackConfiguration(null, "ops"));
        Assert.Equal("Help", domain.Queue("support").Name);
        Assert.Equal((4L, 2L), (Read(domain)!.Version.Version, Read(domain)!.Version.CopyOf));
        Assert.Equal("of 2", Encoding.UTF8.GetString(Read(domain)!.Source!.Value.Span));
    }

    [Fact]
    public void A_version_that_is_not_kept_cannot_be_gone_back_to()
    {
        TestDomain domain = new(Configurations.Demo());
        CommandReply first = domain.Send(new RollbackConfiguration(null, "ops"));
        Assert.Equal(ReplyCode.NotFound, first.Code);
        Assert.Empty(domain.Last.Rows);
        domain.Send(Named("Help"));
        CommandReply reply = domain.Send(new RollbackConfiguration(7, "ops"));
        Assert.Equal((ReplyCode.NotFound, "Version 7 is not kept. Kept are 1."), (reply.Code, reply.Detail));
        var same = (ConfigurationReply)domain.Send(new RollbackConfiguration(2, "ops"));
        Assert.Equal((ReplyCode.Ok, false, 2L), (same.Code, same.IsChanged, same.Version));
    }

    [Fact]
    public void The_last_twenty_versions_are_kept_with_their_rows_and_no_others()
    {
        TestDomain domain = new(Configurations.Demo());
        for (int i = 2; i <= 30; i++)
        {
            domain.Send(Named($"Help {i}") with { Source = new byte[] { 1 } });
        }

        Assert.Equal(Enumerable.Range(11, 20).Select(static version => (long)version), Read(domain)!.Versions.Select(static version => version.Version));
        Assert.Equal(19, domain.Rows.Keys.Count(static key => key.Kind == GrainKind.FormerConfiguration));
        Assert.Equal(20, domain.Rows.Keys.Count(static key => key.Kind == GrainKind.ConfigurationSource));
        Assert.True(domain.Send(new RollbackConfiguration(11, "ops")).IsOk);
        Assert.Equal("Help 11", domain.Queue("support").Name);
        Assert.Null(Read(domain, 11));
    }

    [Fact]
    public void Large_versions_are_kept_up_to_their_limit_and_the_one_before_always()
    {
        var record = new Grains.Configuration.ConfigurationRecord();
        Assert.Empty(record.Add(Large(1)));
        Assert.Empty(record.Add(Large(2)));
        Assert.Equal([1L], record.Add(Large(3)));
        Assert.Equal([2L], record.Add(Large(4)));
    }

    [Fact]
    public void A_dry_run_says_what_would_change_and_changes_nothing()
    {
        TestDomain domain = new(Configurations.Demo());
        domain.Register("alice");
        domain.Arrive("c1");
        domain.Answer("c1");
        domain.Arrive("c2", "2000");
        DomainConfiguration demo = Configurations.Demo("billing", queue => queue with { TimeoutMs = 5_000, Priority = 9, OverflowTo = QueueId.Of("sales") });
        DomainConfiguration next = demo with
        {
            Agents = [.. demo.Agents.Where(agent => agent.Id.Value != "alice").Reverse(), Configurations.Agent("dave")],
            Numbers = [.. demo.Numbers, new NumberConfiguration("7", QueueId.Of("sales"))],
        };
        var reply = (ConfigurationReply)domain.Send(new ApplyConfiguration(next) { DryRun = true });
        Assert.Equal((ReplyCode.Ok, true, 1L), (reply.Code, reply.IsChanged, reply.Version));
        Assert.Equal((0, 0, 0), (domain.Last.Rows.Count, domain.Last.Events.Count, domain.Last.Effects.Count));
        ConfigurationChanges changes = reply.Changes!;
        Assert.Equal(
            [
                ("agents[dave]", DifferenceKind.Added, null, null),
                ("agents[alice]", DifferenceKind.Removed, null, null),
                ("agents", DifferenceKind.Reordered, null, null),
                ("queues[billing].priority", DifferenceKind.Changed, "0", "9"),
                ("queues[billing].timeout", DifferenceKind.Changed, "0", "5s"),
                ("queues[billing].overflowTo", DifferenceKind.Added, null, "sales"),
                ("numbers[7]", DifferenceKind.Added, null, null),
            ],
            changes.Differences.Select(change => (change.Location, change.Kind, change.From, change.To)));
        WaitingChange waiting = Assert.Single(changes.Waiting);
        Assert.Equal(("billing", 1), (waiting.Queue.Value, waiting.CallsCount));
        Assert.Equal(["priority", "timeout", "overflowTo"], waiting.Keys);
        Assert.Equal(new LeavingAgent(AgentId.Of("alice"), AgentState.Talking), Assert.Single(changes.Leaving));
        // The same again, in earnest.
        var applied = (ConfigurationReply)domain.Send(new ApplyConfiguration(next));
        Assert.Equal(changes.Differences, applied.Changes!.Differences);
        Assert.Equal(2, applied.Version);
    }

    [Fact]
    public void A_dry_run_of_what_would_be_refused_says_why_as_the_real_one_does()
    {
        TestDomain domain = new(Configurations.Demo());
        domain.Arrive("c1", "2000");
        DomainConfiguration demo = Configurations.Demo();
        var without = new ApplyConfiguration(demo with { Queues = [.. demo.Queues.Where(queue => queue.Id.Value != "billing")], Numbers = [.. demo.Numbers.Where(number => number.Queue?.Value != "billing")] });
        CommandReply dry = domain.Send(without with { DryRun = true });
        Assert.Equal(ReplyCode.Conflict, dry.Code);
        Assert.Equal(dry, domain.Send(without));
    }

    [Fact]
    public void Changed_secrets_are_named_and_never_shown()
    {
        TestDomain domain = new(Configurations.Demo());
        DomainConfiguration demo = Configurations.Demo();
        string md5 = new('b', 32);
        string sha256 = new('c', 64);
        var reply = (ConfigurationReply)domain.Send(new ApplyConfiguration(demo with
        {
            Agents = [demo.Agents[0] with { Ha1Md5 = md5 }, .. demo.Agents.Skip(1)],
            ApiKeys = [new ApiKeyConfiguration("new", sha256, ApiRole.Admin)],
        }));
        Assert.Contains(reply.Changes!.Differences, change => change.Location == "agents[alice].ha1Md5");
        string told = System.Text.Json.JsonSerializer.Serialize(reply, Contracts.Serialization.ContractsJson.Default.CommandReply);
        Assert.DoesNotContain(md5, told, StringComparison.Ordinal);
        Assert.DoesNotContain(sha256, told, StringComparison.Ordinal);
    }

    [Fact]
    public void A_restart_with_the_same_file_does_not_undo_a_rollback()
    {
        TestDomain domain = new(Configurations.Demo());
        domain.Send(File("Help", "text 1"));
        domain.Send(new RollbackConfiguration(null, "ops"));
        domain.Reload();
        var reply = (ConfigurationReply)domain.Send(File("Help", "text 1"));
        Assert.Equal((ReplyCode.Ok, false, 3L), (reply.Code, reply.IsChanged, reply.Version));
        Assert.Equal("support", domain.Queue("support").Name);
        // A comment changed; a program with more settings came: still the same file.
        domain.Send(File("Help", "text 2"));
        domain.Reload();
        domain.Send(File("Help, as a later program stores it", "text 2"));
        Assert.Equal("support", domain.Queue("support").Name);
        // Changed on purpose.
        Assert.True(((ConfigurationReply)domain.Send(File("Desk", "text 3"))).IsChanged);
        Assert.Equal("Desk", domain.Queue("support").Name);
    }

    [Fact]
    public void A_restart_does_not_undo_the_rollback_of_what_was_applied_from_the_same_file_by_hand()
    {
        TestDomain domain = new(Configurations.Demo());
        domain.Send(File("support", "text 1"));
        domain.Send(Named("Help"));
        domain.Send(new RollbackConfiguration(null, "ops"));
        domain.Reload();
        Assert.False(((ConfigurationReply)domain.Send(File("Help", "text 2"))).IsChanged);
        Assert.Equal("support", domain.Queue("support").Name);
    }

    [Fact]
    public void A_file_that_is_changed_back_is_applied_again()
    {
        TestDomain domain = new(Configurations.Demo());
        domain.Send(File("support", "text 1"));
        domain.Send(File("Help", "text 2"));
        Assert.True(((ConfigurationReply)domain.Send(File("support", "text 1"))).IsChanged);
        Assert.Equal("support", domain.Queue("support").Name);
    }

    [Fact]
    public void Of_two_silos_with_copies_of_a_file_the_older_one_does_not_undo_the_newer_one_whichever_comes_last()
    {
        TestDomain domain = new(Configurations.Demo());
        domain.Send(Copy("support", "older"));
        Assert.True(((ConfigurationReply)domain.Send(Copy("Help", "newer"))).IsChanged);
        domain.Reload();

        var late = (ConfigurationReply)domain.Send(Copy("support", "older"));
        var again = (ConfigurationReply)domain.Send(Copy("Help", "newer"));
        var asked = (ConfigurationReply)domain.Send(File("support", "older"));

        Assert.Equal((true, false, true), (late.IsOk, late.IsChanged, late.IsFormer));
        Assert.Equal((true, false, false), (again.IsOk, again.IsChanged, again.IsFormer));
        Assert.Equal((true, false), (asked.IsChanged, asked.IsFormer));
    }

    [Fact]
    public void An_older_file_is_known_by_its_text_when_it_means_something_else_by_now_and_its_version_is_forgotten()
    {
        TestDomain domain = new(Configurations.Demo());
        domain.Send(Copy("support", "older"));
        for (int i = 0; i <= Grains.Configuration.ConfigurationRecord.MaxVersionsCount; i++)
        {
            domain.Send(Copy($"Help {i}", $"newer {i}"));
        }

        domain.Reload();
        var late = (ConfigurationReply)domain.Send(Copy("As a newer release reads it", "older"));

        Assert.Equal((false, true), (late.IsChanged, late.IsFormer));
    }

    [Fact]
    public void An_older_file_of_which_a_former_program_kept_no_text_is_known_by_its_version()
    {
        TestDomain domain = new(Configurations.Demo());
        domain.Send(Copy("support", null) with { Origin = ConfigurationOrigin.Operator });
        domain.Send(Named("Help"));

        Assert.True(((ConfigurationReply)domain.Send(Copy("support", "older"))).IsFormer);
    }

    [Fact]
    public void A_file_that_was_rolled_back_to_is_in_force_and_no_former_one_and_the_one_rolled_back_stays_away()
    {
        TestDomain domain = new(Configurations.Demo());
        domain.Send(Copy("Helpdesk", "older"));
        domain.Send(Copy("Help", "newer"));
        domain.Send(new RollbackConfiguration(null, "ops"));

        var older = (ConfigurationReply)domain.Send(Copy("Helpdesk", "older"));
        var newer = (ConfigurationReply)domain.Send(Copy("Help", "newer"));

        Assert.Equal((false, false, false, true), (older.IsChanged, older.IsFormer, newer.IsChanged, newer.IsFormer));
    }

    [Fact]
    public void Texts_of_so_many_files_are_kept_and_no_more()
    {
        TestDomain domain = new(Configurations.Demo());
        for (int i = 0; i < Grains.Configuration.ConfigurationRecord.MaxFilesCount + 5; i++)
        {
            domain.Send(Copy($"Help {i}", $"text {i}"));
        }

        Assert.True(((ConfigurationReply)domain.Send(Copy("Help again", "text 5"))).IsFormer);
        Assert.True(((ConfigurationReply)domain.Send(Copy("Help again", "text 4"))).IsChanged);
    }

    [Fact]
    public void A_file_that_was_refused_is_not_taken_for_applied()
    {
        TestDomain domain = new(Configurations.Demo());
        domain.Arrive("c1", "2000");
        DomainConfiguration demo = Configurations.Demo();
        var file = new ApplyConfiguration(demo with { Queues = [.. demo.Queues.Where(queue => queue.Id.Value != "billing")], Numbers = [.. demo.Numbers.Where(number => number.Queue?.Value != "billing")] })
        {
            Origin = ConfigurationOrigin.File,
            TextSha256 = "t",
        };
        Assert.Equal(ReplyCode.Conflict, domain.Send(file).Code);
        domain.CallerLeaves("c1");
        Assert.True(((ConfigurationReply)domain.Send(file)).IsChanged);
    }

    [Fact]
    public void A_row_of_a_former_program_without_versions_can_be_rolled_back_to()
    {
        TestDomain domain = new(Configurations.Demo());
        byte[] json = Grains.Configuration.ConfigurationCodec.ToJson(Configurations.Demo());
        var writer = new Grains.Records.RecordWriter();
        writer.Start(1);
        writer.Number(2, 1);
        writer.Bytes(3, json);
        domain.Rows[GrainKind.ConfigurationKey] = writer.ToArray();
        domain.Reload();
        domain.Send(Named("Help"));
        Assert.True(domain.Send(new RollbackConfiguration(null, "ops")).IsOk);
        Assert.Equal(("support", 3L), (domain.Queue("support").Name, domain.Machine.Snapshot().Domain.ConfigurationVersion));
    }

    [Fact]
    public void What_came_with_an_upgrade_is_no_difference_to_what_a_former_program_stored()
    {
        TestDomain domain = new(Configurations.Demo());
        var json = System.Text.Json.Nodes.JsonNode.Parse(Grains.Configuration.ConfigurationCodec.ToJson(Configurations.Demo()))!.AsObject();
        Assert.True(json.Remove("reserves") && json["queues"]![0]!.AsObject().Remove("rings") && json["agents"]![0]!.AsObject().Remove("weight"));
        var writer = new Grains.Records.RecordWriter();
        writer.Start(1);
        writer.Number(2, 1);
        writer.Bytes(3, Encoding.UTF8.GetBytes(json.ToJsonString()));
        domain.Rows[GrainKind.ConfigurationKey] = writer.ToArray();
        domain.Reload();

        var reply = (ConfigurationReply)domain.Send(Named("Help") with { DryRun = true });

        Assert.Equal(["queues[support].name"], reply.Changes!.Differences.Select(static difference => difference.Location));
    }

    [Fact]
    public void A_rollback_over_a_refresh_of_time_zones_keeps_what_is_known_of_them_now_and_goes_back_to_other_content()
    {
        TestDomain domain = new(Configurations.Demo());
        ApplyConfiguration file = Calendars(new ZoneOffset(0, 3_600)) with { Origin = ConfigurationOrigin.File, TextSha256 = "t" };
        long first = Assert.IsType<ConfigurationReply>(domain.Send(file)).Version;
        domain.Send(new ApplyConfiguration(file.Configuration with { Realm = "second" }));
        IReadOnlyList<TimeZoneOffsets> now = [new TimeZoneOffsets("Europe/Paris", [new ZoneOffset(0, 7_200)])];
        Assert.Equal(first + 2, Assert.IsType<ConfigurationReply>(domain.Send(file with { Zones = now })).Version);
        domain.Reload();

        var back = Assert.IsType<ConfigurationReply>(domain.Send(new RollbackConfiguration(null, "ops")));
        ConfigurationDetail detail = Read(domain)!;
        domain.Send(new RollbackConfiguration(null, "ops"));

        Assert.Equal((first + 3, "realm"), (back.Version, Assert.Single(back.Changes!.Differences).Location));
        Assert.Equal((file.Configuration.Realm, 7_200, first), (detail.Configuration.Realm, detail.Configuration.Calendars[0].Offsets[0].OffsetSeconds, detail.Version.CopyOf));
        Assert.Equal(("second", 7_200, first + 2), (Read(domain)!.Configuration.Realm, Read(domain)!.Configuration.Calendars[0].Offsets[0].OffsetSeconds, Read(domain)!.Version.CopyOf));
    }

    [Fact]
    public void A_rollback_counts_for_calls_that_wait_from_when_they_came()
    {
        TestDomain domain = new(Configurations.Demo("support", queue => queue with { TimeoutMs = 30_000, Priority = 3 }));
        domain.Arrive("c1");
        domain.Send(new ApplyConfiguration(Configurations.Demo("support", queue => queue with { TimeoutMs = 0, Priority = 0 })));
        Assert.Empty(domain.Wait(20_000));
        domain.Send(new RollbackConfiguration(null, "ops"));
        Assert.Equal(3, domain.Call("c1")!.Priority);
        Assert.Empty(domain.Wait(9_999));
        Assert.Contains(domain.Wait(1), effect => effect is EndCaller);
    }

    private static ApplyConfiguration Named(string support) => new(Configurations.Demo("support", queue => queue with { Name = support }));

    [Fact]
    public void A_file_that_did_not_change_brings_the_zones_of_what_is_in_force_up_to_date()
    {
        TestDomain domain = new(Configurations.Demo());
        ApplyConfiguration file = Calendars(new ZoneOffset(0, 3_600)) with { Origin = ConfigurationOrigin.File, TextSha256 = "t" };
        long first = Assert.IsType<ConfigurationReply>(domain.Send(file)).Version;
        IReadOnlyList<TimeZoneOffsets> now = [new TimeZoneOffsets("Europe/Paris", [new ZoneOffset(0, 7_200)])];

        ConfigurationReply same = Assert.IsType<ConfigurationReply>(domain.Send(file with { Zones = [new TimeZoneOffsets("Europe/Paris", [new ZoneOffset(0, 3_600)]), new TimeZoneOffsets("UTC", [])] }));
        ConfigurationReply anew = Assert.IsType<ConfigurationReply>(domain.Send(Calendars(new ZoneOffset(0, 7_200)) with { Origin = ConfigurationOrigin.File, TextSha256 = "t", Zones = now }));
        ConfigurationReply again = Assert.IsType<ConfigurationReply>(domain.Send(Calendars(new ZoneOffset(0, 7_200)) with { Origin = ConfigurationOrigin.File, TextSha256 = "t", Zones = now }));

        Assert.Equal((true, first, false), (same.IsOk, same.Version, same.IsChanged));
        Assert.Equal((true, first + 1, true), (anew.IsOk, anew.Version, anew.IsChanged));
        Assert.Equal((first + 1, false), (again.Version, again.IsChanged));
    }

    [Fact]
    public void What_was_applied_since_stays_and_has_its_zones_brought_up_to_date_too()
    {
        TestDomain domain = new(Configurations.Demo());
        ApplyConfiguration file = Named("From the file") with { Origin = ConfigurationOrigin.File, TextSha256 = "t" };
        domain.Send(file);
        long applied = Assert.IsType<ConfigurationReply>(domain.Send(Calendars(new ZoneOffset(0, 3_600)))).Version;

        ConfigurationReply anew = Assert.IsType<ConfigurationReply>(domain.Send(file with { Zones = [new TimeZoneOffsets("Europe/Paris", [new ZoneOffset(0, 7_200)])] }));

        Assert.Equal((applied + 1, true), (anew.Version, anew.IsChanged));
    }

    [Fact]
    public void More_agents_who_have_been_at_work_than_one_turn_can_see_off_are_refused_and_leave_in_several()
    {
        DomainConfiguration demo = Configurations.Demo();
        AgentConfiguration[] others = [.. Enumerable.Range(1, 21).Select(static i => Configurations.Agent($"x{i}"))];
        TestDomain domain = new(demo with { Agents = [.. demo.Agents, .. others] }, new DomainLimits { MaxRowsCount = 40 });
        foreach (AgentConfiguration agent in others)
        {
            domain.Register(agent.Id.Value);
        }

        CommandReply atOnce = domain.Send(new ApplyConfiguration(demo));
        CommandReply first = domain.Send(new ApplyConfiguration(demo with { Agents = [.. demo.Agents, others[0]] }));
        CommandReply second = domain.Send(new ApplyConfiguration(demo));

        Assert.Equal((ReplyCode.Conflict, "agents: 21 agents who have been at work would leave at once, and 20 are the most in one change. Remove them in several."), (atOnce.Code, atOnce.Detail));
        Assert.Equal((true, true), (first.IsOk, second.IsOk));
    }

    [Fact]
    public void Whoever_reads_the_configuration_learns_which_file_is_in_force_until_something_else_is_applied()
    {
        TestDomain domain = new(Configurations.Demo());
        domain.Send(File("From the file", "t"));
        string? asFile = Read(domain)?.FileTextSha256;
        domain.Send(Named("By hand"));
        string? byHand = Read(domain)?.FileTextSha256;
        ConfigurationDetail? former = Read(domain, version: 2);
        domain.Send(File("Another file", "u"));

        Assert.Equal(("t", null, "u"), (asFile, byHand, Read(domain)?.FileTextSha256));
        Assert.NotNull(former);
        Assert.Null(former.FileTextSha256);
    }

    private static ApplyConfiguration Calendars(ZoneOffset offset) => new(Configurations.Demo() with
    {
        Calendars = [new CalendarConfiguration { Id = "office", TimeZone = "Europe/Paris", Hours = [new OpenHours([DayOfWeek.Monday], 540, 1_020)], Offsets = [offset] }],
    });

    private static ApplyConfiguration File(string support, string text) => Named(support) with { Origin = ConfigurationOrigin.File, TextSha256 = text };

    private static ApplyConfiguration Copy(string support, string? text) => Named(support) with { Origin = ConfigurationOrigin.File, TextSha256 = text, OnlyIfNew = true };

    private static ConfigurationVersion Large(long version) => new()
    {
        Version = version,
        AtMs = 1,
        Origin = ConfigurationOrigin.Operator,
        Actor = "ops",
        Sha256 = "",
        Bytes = 40 * 1024 * 1024,
    };

    private static ConfigurationDetail? Read(TestDomain domain, long? version = null) =>
        new RoutingDomainFactory().ReadConfiguration(version, key => domain.Rows.TryGetValue(key, out ReadOnlyMemory<byte> bytes) ? new StoredRow(key, bytes) : null);
}
