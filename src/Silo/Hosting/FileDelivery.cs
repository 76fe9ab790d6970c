using System.Diagnostics.CodeAnalysis;
using Routing.Contracts.Configuration;
using Routing.Contracts.Ids;
using Routing.Mailbox;
using Routing.Mailbox.Hosting;
using Routing.Silo.Diagnostics;

namespace Routing.Silo.Hosting;

/// <summary>
/// Brings a silo's files to their domains, wherever in the cluster those are: all at the same time, and each again until its domain was told. One that cannot be told holds up neither the others nor the silo: silos that
/// ended for it would end one after another. The log, /readyz and a metric tell of it instead.
/// </summary>
/// <param name="host">Reaches the domains.</param>
/// <param name="add">Makes sure that a domain is there, and that nothing speaks against telling it; called before each attempt.</param>
/// <param name="why">Why a domain does not answer, null when nothing is known.</param>
/// <param name="settings">For the demo's guard.</param>
/// <param name="logger">Told of troubles, each once.</param>
internal sealed partial class FileDelivery(
    IDomainHost host, Func<DescribedDomain, CancellationToken, Task> add, Func<DomainId, string?> why, SiloSettings settings, ILogger<FileDelivery> logger) : IMetricsSource, IReadinessNote, IAsyncDisposable
{
    private readonly Lock _gate = new();
    private readonly Dictionary<DomainId, Errand> _errands = [];
    private bool _disposed;

    /// <summary>For one attempt.</summary>
    public TimeSpan AttemptLimit { get; init; } = TimeSpan.FromSeconds(30);

    public TimeSpan RetryPause { get; init; } = TimeSpan.FromSeconds(5);

    public IReadOnlyList<string> Notes => [.. Untold().Select(errand => $"domain {errand.Described.Domain} was not told {errand.Described.File.Name} yet: {Trouble(errand)}")];

    /// <summary>Begins with all; returns what is in force in those that were told within a time. The others are told later.</summary>
    public async Task<IReadOnlyList<DomainConfiguration>> BringAsync(IReadOnlyList<DescribedDomain> described, TimeSpan patience, CancellationToken cancellation)
    {
        Task<DomainConfiguration>[] told = [.. described.Select(domain => Start(domain, isShared: true).Told)];
        await Task.WhenAny(Task.WhenAll(told), Task.Delay(patience, TimeProvider.System, cancellation));
        cancellation.ThrowIfCancellationRequested();
        foreach (Errand errand in Untold())
        {
            Tell(errand, Trouble(errand));
        }

        return [.. told.Where(static one => one.IsCompletedSuccessfully).Select(static one => one.Result)];
    }

    /// <summary>A file was read again. True when its domain was not told the former text yet: it is told this one instead, and the former one no more.</summary>
    public bool Replace(DescribedDomain described)
    {
        lock (_gate)
        {
            if (_disposed || !_errands.TryGetValue(described.Domain, out Errand? errand) || errand.Told.IsCompletedSuccessfully)
            {
                return false;
            }

            errand.Dispose();
        }

        // Somebody asked for it, so it counts also when the domain had it before. What was sent before reaches the domain first.
        Start(described, isShared: false);
        return true;
    }

    public void Write(PrometheusText text) =>
        text.Gauge("routing_configuration_untold_domains", "Domains that were not told this silo's configuration file yet; it is tried again.").Sample(Untold().Length);

    public async ValueTask DisposeAsync()
    {
        Errand[] errands;
        lock (_gate)
        {
            _disposed = true;
            errands = [.. _errands.Values];
        }

        Array.ForEach(errands, static errand => errand.Dispose());
        await Task.WhenAll(errands.Select(static errand => (Task)errand.Told)).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private Errand[] Untold()
    {
        lock (_gate)
        {
            return [.. _errands.Values.Where(static errand => !errand.Told.IsCompletedSuccessfully).OrderBy(static errand => errand.Described.Domain)];
        }
    }

    private string Trouble(Errand errand) => (why(errand.Described.Domain) ?? errand.Trouble ?? host.Status().NotReadyReason ?? "it does not answer").ReplaceLineEndings(" ").TrimEnd('.');

    [SuppressMessage("Reliability", "CA2025:Ensure tasks using IDisposable instances complete before the instances are disposed", Justification = "To dispose of an errand is to end its task, which keeps the token only.")]
    private Errand Start(DescribedDomain described, bool isShared)
    {
        Errand errand = new(described, isShared);
        lock (_gate)
        {
            _errands[described.Domain] = errand;
            if (_disposed)
            {
                errand.Dispose();
            }

            errand.Told = Task.Run(() => BringAsync(errand, errand.Stopping));
        }

        return errand;
    }

    [SuppressMessage("Design", "CA1031:Do not catch general exception types", Justification = "Whatever goes wrong with one attempt is told, and the next one is made.")]
    private async Task<DomainConfiguration> BringAsync(Errand errand, CancellationToken stopping)
    {
        while (true)
        {
            try
            {
                return await TryAsync(errand, stopping);
            }
            catch (OperationCanceledException) when (!stopping.IsCancellationRequested)
            {
                Tell(errand, why(errand.Described.Domain) ?? host.Status().NotReadyReason ?? $"no answer within {AttemptLimit.TotalSeconds:0} s");
            }
            catch (Exception error) when (!stopping.IsCancellationRequested)
            {
                Tell(errand, error is StoreException ? "store: " + error.Message : error.Message);
            }

            await Task.Delay(RetryPause, TimeProvider.System, stopping);
        }
    }

    private async Task<DomainConfiguration> TryAsync(Errand errand, CancellationToken stopping)
    {
        using var limited = CancellationTokenSource.CreateLinkedTokenSource(stopping);
        limited.CancelAfter(AttemptLimit);
        await add(errand.Described, limited.Token);

        // Another file may have taken its place meanwhile: that one goes after it, or alone.
        stopping.ThrowIfCancellationRequested();
        DomainConfiguration inForce = await DomainSetup.TellAsync(host, errand.Described, errand.IsShared, limited.Token);
        if (errand.Trouble is not null)
        {
            LogTold(logger, errand.Described.Domain, errand.Described.File.Name);
        }

        if (DemoGuard.Refusal(inForce, settings) is var (problem, remedy))
        {
            LogDemo(logger, errand.Described.Domain, problem, remedy);
        }

        return inForce;
    }

    private void Tell(Errand errand, string trouble)
    {
        string line = trouble.ReplaceLineEndings(" ").TrimEnd('.');
        if (errand.Change(line))
        {
            LogUntold(logger, errand.Described.Domain, errand.Described.File.Name, line);
        }
    }

    [LoggerMessage(1204, LogLevel.Warning, "Domain {Domain} was not told {Name} yet, and is told again until it takes it: {Why}")]
    private static partial void LogUntold(ILogger logger, DomainId domain, string name, string why);

    [LoggerMessage(1205, LogLevel.Information, "Domain {Domain} was told {Name} now")]
    private static partial void LogTold(ILogger logger, DomainId domain, string name);

    [LoggerMessage(1206, LogLevel.Error, "Domain {Domain} has a configuration that must not be heard here: {Problem}; {Remedy}")]
    private static partial void LogDemo(ILogger logger, DomainId domain, string problem, string remedy);

    /// <summary>One file on its way to its domain.</summary>
    private sealed class Errand : IDisposable
    {
        private readonly CancellationTokenSource _stop = new();
        private string? _trouble;

        public Errand(DescribedDomain described, bool isShared)
        {
            Described = described;
            IsShared = isShared;
            Stopping = _stop.Token;
        }

        public DescribedDomain Described { get; }

        public bool IsShared { get; }

        public CancellationToken Stopping { get; }

        public Task<DomainConfiguration> Told { get; set; } = null!;

        /// <summary>What was told last of it; null as long as there was none.</summary>
        public string? Trouble => Volatile.Read(ref _trouble);

        /// <summary>True when that is news.</summary>
        public bool Change(string trouble) => Interlocked.Exchange(ref _trouble, trouble) != trouble;

        /// <summary>It is not brought any more.</summary>
        public void Dispose()
        {
            _stop.Cancel();
            _stop.Dispose();
        }
    }
}
