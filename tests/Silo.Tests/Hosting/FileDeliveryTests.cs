using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging.Abstractions;
using Routing.Contracts.Commands;
using Routing.Contracts.Configuration;
using Routing.Contracts.Ids;
using Routing.Mailbox;
using Routing.Silo.Diagnostics;
using Routing.Silo.Hosting;
using Xunit;

namespace Routing.Silo.Tests.Hosting;

/// <summary>How the files of a silo come to the domains of its cluster while some of them cannot be told.</summary>
public sealed class FileDeliveryTests
{
    private static readonly TimeSpan Forever = TimeSpan.FromMinutes(10);
    private static readonly SiloSettings Settings = SettingsReader.Read(new RawSettings(), new ConfigurationBuilder().Build());

    private readonly ScriptedDomain _domains = new();
    private readonly DescribedDomain _demo = DomainFiles.Read(Settings)[0];

    [Fact]
    public async Task A_domain_that_does_not_load_keeps_neither_the_others_nor_the_silo_and_is_told_of()
    {
        TaskCompletionSource loads = new(TaskCreationOptions.RunContinuationsAsynchronously);
        DescribedDomain broken = Named("broken");
        await using FileDelivery delivery = Make((domain, cancellation) => domain == broken ? loads.Task.WaitAsync(cancellation) : Task.CompletedTask, domain => domain == broken.Domain ? "no silo that owns it can be reached: there: refused." : null);

        await _domains.WhenSentAsync(_demo.Domain, () => delivery.BringAsync([broken, _demo], TimeSpan.FromMilliseconds(1), CancellationToken.None));

        Assert.Contains("domain broken was not told the built-in demo yet: no silo that owns it can be reached: there: refused", delivery.Notes);
        Assert.DoesNotContain(_domains.Sent, command => command.Configuration.Domain == broken.Domain);

        await _domains.WhenSentAsync(broken.Domain, () =>
        {
            loads.SetResult();
            return Task.CompletedTask;
        });
    }

    [Fact]
    public async Task What_fails_is_tried_again_until_the_domain_was_told()
    {
        int attempts = 0;
        await using FileDelivery delivery = Make((_, _) => ++attempts == 1 ? throw new StoreException(StoreFailure.Io, "The store is away.") : Task.CompletedTask, static _ => null);
        _domains.Refusals.Enqueue(new CommandReply(ReplyCode.Refused, "It is not understood."));

        IReadOnlyList<DomainConfiguration> told = await delivery.BringAsync([_demo], Forever, CancellationToken.None);

        Assert.Equal((3, _demo.Domain), (attempts, Assert.Single(told).Domain));
        Assert.Empty(delivery.Notes);
        PrometheusText text = new();
        delivery.Write(text);
        Assert.Contains("routing_configuration_untold_domains 0", text.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_that_is_read_again_before_its_domain_was_told_takes_the_place_of_the_former_one()
    {
        TaskCompletionSource loads = new(TaskCreationOptions.RunContinuationsAsynchronously);
        DescribedDomain anew = new(_demo.File, _demo.Read with { Configuration = _demo.Configuration with { AgeingMs = _demo.Configuration.AgeingMs + 1_000 } });
        await using FileDelivery delivery = Make((_, cancellation) => loads.Task.WaitAsync(cancellation), static _ => null);
        await delivery.BringAsync([_demo], TimeSpan.Zero, CancellationToken.None);

        Assert.True(delivery.Replace(anew));
        await _domains.WhenSentAsync(_demo.Domain, () =>
        {
            loads.SetResult();
            return Task.CompletedTask;
        });

        Assert.Equal((anew.Configuration.AgeingMs, false), (Assert.Single(_domains.Sent).Configuration.AgeingMs, _domains.Sent[0].OnlyIfNew));
    }

    private DescribedDomain Named(string name) => new(_demo.File, _demo.Read with { Configuration = _demo.Configuration with { Domain = DomainId.Of(name) } });

    private FileDelivery Make(Func<DescribedDomain, CancellationToken, Task> add, Func<DomainId, string?> why) =>
        new(_domains, add, why, Settings, NullLogger<FileDelivery>.Instance) { RetryPause = TimeSpan.FromMilliseconds(1), AttemptLimit = Forever };
}
