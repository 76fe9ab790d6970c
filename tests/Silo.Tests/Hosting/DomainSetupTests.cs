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

    private Task<DomainConfiguration> TellAsync() => DomainSetup.TellAsync(_domain, _demo, isShared: true, CancellationToken.None);

    private Task<IReadOnlyList<DomainConfiguration>> BringAsync() =>
        DomainSetup.BringAsync(_domain, static (_, _) => Task.CompletedTask, Settings, [_demo], CancellationToken.None);
}
