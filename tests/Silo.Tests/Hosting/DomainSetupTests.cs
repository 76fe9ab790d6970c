using Microsoft.Extensions.Configuration;
using Routing.Contracts.Commands;
using Routing.Contracts.Configuration;
using Routing.Silo.Hosting;
using Xunit;

namespace Routing.Silo.Tests.Hosting;

/// <summary>How a configuration comes to its domain at the start, by itself and among silos that have copies of their own.</summary>
public sealed class DomainSetupTests
{
    private static readonly SiloSettings Settings = SettingsReader.Read(new RawSettings(), new ConfigurationBuilder().Build());

    private readonly ScriptedDomain _domain = new();
    private readonly DescribedDomain _demo = DomainFiles.Read(Settings)[0];

    private DomainConfiguration Changed => _demo.Configuration with { AgeingMs = _demo.Configuration.AgeingMs + 1_000 };

    [Fact]
    public async Task A_domain_that_moves_or_has_no_owner_yet_is_told_again_until_somebody_takes_its_configuration()
    {
        _domain.Refusals.Enqueue(new CommandReply(ReplyCode.Unavailable, "Nobody has it."));
        _domain.Refusals.Enqueue(new CommandReply(ReplyCode.Unavailable, "It moved.") { MayHaveHappened = true });

        DomainConfiguration inForce = await TellAsync();

        Assert.Equal(3, _domain.Sent.Count);
        Assert.Equal(_demo.Domain, inForce.Domain);
    }

    [Fact]
    public async Task By_itself_a_process_whose_store_does_not_take_the_configuration_does_not_start()
    {
        _domain.Refusals.Enqueue(new CommandReply(ReplyCode.Unavailable, "The store does not answer."));

        StartupException error = await Assert.ThrowsAsync<StartupException>(() => BringAsync());
        Assert.Equal("config: The store does not answer.", error.Message);
    }

    [Fact]
    public async Task Among_silos_the_domain_decides_whether_a_file_is_an_older_copy_and_by_itself_a_process_goes_back()
    {
        _domain.Put(Changed);
        _domain.Refusals.Enqueue(new ConfigurationReply(ReplyCode.Ok) { Version = 1, IsFormer = true });

        DomainConfiguration shared = await TellAsync();
        DomainConfiguration alone = (await BringAsync())[0];

        Assert.Equal([true, false], _domain.Sent.Select(static command => command.OnlyIfNew));
        Assert.Equal((Changed.AgeingMs, _demo.Configuration.AgeingMs), (shared.AgeingMs, alone.AgeingMs));
    }

    [Fact]
    public async Task What_a_silo_brings_for_the_first_time_or_anew_is_applied_wherever_the_domain_is()
    {
        _domain.Put(Changed);

        Assert.Equal(_demo.Configuration.AgeingMs, (await TellAsync()).AgeingMs);
        Assert.Single(_domain.Sent);
    }

    [Fact]
    public async Task Calls_that_wait_in_a_queue_that_would_go_keep_what_is_in_force_and_the_process_starts()
    {
        _domain.Put(Changed);
        _domain.Refusals.Enqueue(new CommandReply(ReplyCode.Conflict, "Queue 'sales' has calls."));

        Assert.Equal(Changed.AgeingMs, (await TellAsync()).AgeingMs);
    }

    /// <summary>A large domain would check it in a turn, for as long as a call may wait: each silo that starts again brings its files.</summary>
    [Fact]
    public async Task A_silo_does_not_send_a_file_to_the_domain_that_has_it()
    {
        await TellAsync();

        DomainConfiguration again = await TellAsync();

        Assert.Single(_domain.Sent);
        Assert.Equal(_demo.Domain, again.Domain);
    }

    [Fact]
    public async Task A_silo_sends_its_file_when_something_else_was_applied_since_and_the_domain_decides()
    {
        await TellAsync();
        _domain.Put(Changed);

        await TellAsync();

        Assert.Equal(2, _domain.Sent.Count);
    }

    [Fact]
    public async Task A_silo_sends_the_file_that_the_domain_has_when_this_machine_knows_its_time_zones_otherwise()
    {
        await TellAsync();
        CalendarConfiguration former = new() { Id = "office", TimeZone = "Europe/Paris", Hours = [new OpenHours([DayOfWeek.Monday], 540, 1_020)], Offsets = [new ZoneOffset(0, 3_600)] };
        _domain.Put(_demo.Configuration with { Calendars = [former] }, _domain.Sent[0].TextSha256);

        await TellAsync();

        TimeZoneOffsets now = Assert.Single(_domain.Sent[^1].Zones);
        Assert.Equal((2, "Europe/Paris"), (_domain.Sent.Count, now.TimeZone));
        _domain.Put(_demo.Configuration with { Calendars = [former with { Offsets = now.Offsets }] }, _domain.Sent[0].TextSha256);
        await TellAsync();
        Assert.Equal(2, _domain.Sent.Count);
    }

    private Task<DomainConfiguration> TellAsync() => DomainSetup.TellAsync(_domain, _demo, isShared: true, CancellationToken.None);

    private Task<IReadOnlyList<DomainConfiguration>> BringAsync() =>
        DomainSetup.BringAsync(_domain, static (_, _) => Task.CompletedTask, Settings, [_demo], CancellationToken.None);
}
